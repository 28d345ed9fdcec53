#include "daemon/serve/control/loops.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "config/address.h"
#include "daemon/base/io.h"
#include "daemon/serve/net/peer.h"

namespace cflt::serve::control {
namespace {

using config::Address;

std::vector<Ip> addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // each address once
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(
      list, &::freeaddrinfo);
  std::vector<Ip> found;
  for (; list != nullptr; list = list->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, list->ai_addr, list->ai_addrlen);
    found.push_back(net::mapped_address(address));
  }
  return found;
}

std::vector<Ip> own_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(
      list, &::freeifaddrs);
  std::vector<Ip> found;
  for (; list != nullptr; list = list->ifa_next) {
    if (list->ifa_addr == nullptr) continue;
    const int family = list->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    sockaddr_storage address{};
    std::memcpy(&address, list->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    found.push_back(net::mapped_address(address));
  }
  return found;
}

bool is_version_4(const Ip& ip) {
  return std::all_of(ip.begin(), ip.begin() + 10,
                     [](auto byte) { return byte == 0; }) &&
         ip[10] == 0xff && ip[11] == 0xff;
}

/// Who sends to it sends to this machine's loopback address.
bool is_any(const Ip& ip) {
  return std::all_of(ip.begin() + (is_version_4(ip) ? 12 : 0), ip.end(),
                     [](auto byte) { return byte == 0; });
}

bool is_loopback(const Ip& ip) {
  if (is_version_4(ip)) return ip[12] == 127;
  return std::all_of(ip.begin(), ip.end() - 1,
                     [](auto byte) { return byte == 0; }) &&
         ip.back() == 1;
}

/// Of the same version.
Ip loopback_of(const Ip& ip) {
  Ip loopback{};
  loopback.back() = 1;
  if (!is_version_4(ip)) return loopback;
  loopback[10] = loopback[11] = 0xff;
  loopback[12] = 127;
  return loopback;
}

bool contains(const std::vector<Ip>& ips, const Ip& ip) {
  return std::ranges::find(ips, ip) != ips.end();
}

bool is_loop_of_ports(const Address& sink, const Address& source) {
  if (sink.port != source.port || sink.port == 0) return false;
  const auto bound = addresses_of(source.host);
  const auto own = own_addresses();
  return std::ranges::any_of(addresses_of(sink.host), [&](const Ip& target) {
    return takes(source, bound, target, own);
  });
}

/// Whatever links lead there.
bool is_same_path(const std::string& one, const std::string& other) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(one, error);
  return !error && real == std::filesystem::weakly_canonical(other, error) &&
         !error;
}

bool is_loop(const Address& sink, const Address& source) {
  if (sink.scheme != source.scheme) return false;
  return config::is_path(sink) ? is_same_path(sink.path, source.path)
                               : is_loop_of_ports(sink, source);
}

/// Whether what the sink writes is what stdin reads. Of a terminal or a socket,
/// reading gives something else than was written.
bool is_file_of_stdin(const config::Sink& sink) {
  struct stat in {};
  struct stat out {};
  if (::fstat(STDIN_FILENO, &in) != 0) return false;
  if (!S_ISREG(in.st_mode) && !S_ISFIFO(in.st_mode)) return false;
  const bool known = sink.type == config::SinkType::kStdout
                         ? ::fstat(STDOUT_FILENO, &out) == 0
                         : ::stat(sink.path.c_str(), &out) == 0;
  return known && base::is_same_file(in, out);
}

bool is_fed_by(const config::Sink& sink, const config::Source& source) {
  return std::ranges::find(sink.inputs, source.name) != sink.inputs.end();
}

std::string loop_of(const config::Sink& sink, const config::Source& source) {
  if (sink.address && source.address &&
      is_loop(*sink.address, *source.address)) {
    return fmt::format("sink {}: {} is our own source {}: a loop", sink.name,
                       to_string(*sink.address), source.name);
  }
  const bool writes_file = sink.type == config::SinkType::kFile ||
                           sink.type == config::SinkType::kStdout;
  if (writes_file && source.type == config::SourceType::kStdin &&
      is_fed_by(sink, source) && is_file_of_stdin(sink)) {
    return fmt::format("sink {}: {} is what stdin reads: a loop", sink.name,
                       sink.path.empty() ? "stdout" : sink.path);
  }
  return {};
}

}  // namespace

bool takes(const Address& source, const std::vector<Ip>& bound,
           const Ip& target, const std::vector<Ip>& own) {
  const bool is_here =
      is_any(target) || is_loopback(target) || contains(own, target);
  if (source.host == "::") return is_here;
  if (source.host == "0.0.0.0") return is_here && is_version_4(target);
  return contains(bound, is_any(target) ? loopback_of(target) : target);
}

std::string find_loop(const config::Settings& settings) {
  for (const config::Sink& sink : settings.sinks) {
    for (const config::Source& source : settings.sources) {
      auto loop = loop_of(sink, source);
      if (!loop.empty()) return loop;
    }
  }
  return {};
}

}  // namespace cflt::serve::control
