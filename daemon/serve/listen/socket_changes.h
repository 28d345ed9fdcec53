// What becomes of each address of a configuration, and of the one before it.
//
//   bound before   named now
//   ───────────    ─────────
//   no             yes         kBind
//   yes            yes         kKeep: the sockets stay open; see kept_socket()
//   yes, but its   yes         kReplace: bound anew, and the sockets of before
//   file is gone               close
//   yes            no          kClose
//
// Decided before anything is changed, without sockets.
#pragma once

#include <map>
#include <string>

#include "config/settings.h"

namespace cflt::serve::listen {

/// The source that reads each address, as the settings name it. Where several
/// name port 0 of one host, it is the first. Valid as long as the settings.
using SourcesByAddress = std::map<std::string, const config::Source*>;
SourcesByAddress sources_by_address(const config::Settings& settings);

/// Whether peers can reach what is bound to each address.
using IsReachable = std::map<std::string, bool>;

class SocketChanges {
 public:
  enum class Fate { kBind, kKeep, kReplace, kClose };

  SocketChanges() = default;  // none
  SocketChanges(const IsReachable& bound, const SourcesByAddress& named);

  /// Of an address that was bound, or is named.
  Fate of(const std::string& address) const { return fates_.at(address); }
  /// The sockets that were bound to it close.
  bool closes(const std::string& address) const {
    return of(address) == Fate::kReplace || of(address) == Fate::kClose;
  }

 private:
  std::map<std::string, Fate> fates_;
};

/// What changes of a socket that stays open.
struct KeptSocket {
  bool changes_reader = false;    // of datagrams: they are read by another name
  bool changes_access = false;    // of a unix socket: who may connect
  bool changes_entrance = false;  // of a stream: how connections come in
};

KeptSocket kept_socket(const config::Source& before, const config::Source& now,
                       bool is_datagram);

bool is_unix(const config::Address& address);

}  // namespace cflt::serve::listen
