#include "daemon/serve/net/peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace cflt::serve::net {
namespace {

bool is_in(const std::array<std::uint8_t, 16>& address,
           const config::Network& network) {
  const auto& base = network.mapped_address;
  const std::size_t whole = network.mapped_prefix / 8;
  if (!std::equal(base.begin(), base.begin() + whole, address.begin())) {
    return false;
  }
  const unsigned rest = network.mapped_prefix % 8;
  return rest == 0 || (base[whole] ^ address[whole]) >> (8 - rest) == 0;
}

}  // namespace

std::array<std::uint8_t, 16> mapped_address(const sockaddr_storage& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(bytes.data(), &v6.sin6_addr, 16);
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    bytes[10] = bytes[11] = 0xff;  // RFC 4291, 2.5.5.2
    std::memcpy(bytes.data() + 12, &v4.sin_addr, 4);
  }
  return bytes;
}

std::string peer_name(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return fmt::format("{}:{}", text.data(), ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(v6.sin6_port));
  }
  return "unix";
}

std::string_view host_of(std::string_view peer) {
  return peer.substr(0, peer.rfind(':'));
}

bool is_permitted(const sockaddr_storage& address,
                  const std::vector<config::Network>& networks) {
  const bool is_internet =
      address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (networks.empty() || !is_internet) return true;
  const auto bytes = mapped_address(address);
  return std::ranges::any_of(networks, [&bytes](const auto& network) {
    return is_in(bytes, network);
  });
}

}  // namespace cflt::serve::net
