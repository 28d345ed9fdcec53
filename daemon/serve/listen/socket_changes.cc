#include "daemon/serve/listen/socket_changes.h"

namespace cflt::serve::listen {

SourcesByAddress sources_by_address(const config::Settings& settings) {
  SourcesByAddress named;
  for (const config::Source& source : settings.sources) {
    if (source.address) named.emplace(to_string(*source.address), &source);
  }
  return named;
}

SocketChanges::SocketChanges(const IsReachable& bound,
                             const SourcesByAddress& named) {
  for (const auto& [address, source] : named) fates_[address] = Fate::kBind;
  for (const auto& [address, is_reachable] : bound) {
    if (!named.contains(address)) {
      fates_[address] = Fate::kClose;
    } else {
      fates_[address] = is_reachable ? Fate::kKeep : Fate::kReplace;
    }
  }
}

KeptSocket kept_socket(const config::Source& before, const config::Source& now,
                       bool is_datagram) {
  KeptSocket kept;
  const bool is_changed = before != now;
  kept.changes_reader = is_datagram && before.name != now.name;
  kept.changes_access = is_changed && is_unix(*now.address);
  kept.changes_entrance = is_changed && !is_datagram;
  return kept;
}

bool is_unix(const config::Address& address) {
  return address.scheme == config::Address::Scheme::kUnix ||
         address.scheme == config::Address::Scheme::kUnixgram;
}

}  // namespace cflt::serve::listen
