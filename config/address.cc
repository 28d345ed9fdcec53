#include "config/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/complaint.h"
#include "config/suggest.h"
#include "config/transports.h"

namespace cflt::config {
namespace {

using Scheme = Address::Scheme;

/// sun_path, less its NUL.
constexpr std::size_t kLongestSocketPath = sizeof(sockaddr_un::sun_path) - 1;

constexpr std::string_view kSchemeList =
    "tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH, unixgram:///PATH or "
    "systemd:NAME";

bool is_ipv4(const std::string& host) {
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

/// An IPv6 address in its usual form, with its zone if there is one.
std::optional<std::string> usual_ipv6(std::string_view host) {
  const std::size_t zone = host.find('%');
  const bool has_zone = zone != std::string_view::npos;
  if (has_zone && !parse_visible(host.substr(zone + 1), 15)) {
    return std::nullopt;
  }
  in6_addr address;
  if (inet_pton(AF_INET6, std::string(host.substr(0, zone)).c_str(),
                &address) != 1) {
    return std::nullopt;
  }
  std::array<char, INET6_ADDRSTRLEN> text;
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return std::string(text.data()) +
         std::string(has_zone ? host.substr(zone) : "");
}

/// 4 or 16 bytes.
struct Ip {
  std::vector<unsigned char> bytes;

  int family() const { return bytes.size() == 4 ? AF_INET : AF_INET6; }
  std::string text() const {
    std::array<char, INET6_ADDRSTRLEN> text;
    inet_ntop(family(), bytes.data(), text.data(), text.size());
    return text.data();
  }
  /// With all bits behind the first `prefix` zero.
  Ip masked(unsigned prefix) const {
    Ip result = *this;
    for (std::size_t bit = prefix; bit < bytes.size() * 8; ++bit) {
      result.bytes[bit / 8] &= static_cast<unsigned char>(~(0x80U >> bit % 8));
    }
    return result;
  }
};

std::optional<Ip> parse_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  const std::string host(text);
  Ip ip{std::vector<unsigned char>(4)};
  if (inet_pton(AF_INET, host.c_str(), ip.bytes.data()) == 1) return ip;
  ip.bytes.resize(16);
  if (inet_pton(AF_INET6, host.c_str(), ip.bytes.data()) == 1) return ip;
  return std::nullopt;
}

/// A DNS name, roughly; digits and dots alone are a mistyped IP.
bool is_host_name(std::string_view host) {
  const auto in = [](std::string_view set) {
    return [set](char c) { return set.find(c) != std::string_view::npos; };
  };
  return !host.empty() && host.size() <= 253 && host.front() != '-' &&
         host.front() != '.' && !std::ranges::all_of(host, in("0123456789.")) &&
         std::ranges::all_of(host, in("abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-._"));
}

Result<std::string> parse_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto host = usual_ipv6(text.substr(1, text.size() - 2));
    if (host) return *host;
    return Problem{fmt::format("{} is not an IPv6 address", shown(text))};
  }
  if (text.empty()) {
    return Problem{
        "has no host; 0.0.0.0 and [::] stand for all of this host's"};
  }
  if (usual_ipv6(text)) {
    return Problem{
        fmt::format("write the IPv6 address in brackets: [{}]", shown(text))};
  }
  const std::string host(text);
  if (is_ipv4(host) || is_host_name(host)) return host;
  return Problem{fmt::format("{} is not a host", shown(text))};
}

Result<Address> parse_host_and_port(Scheme scheme, std::string_view text) {
  if (!parse_visible(text, 300)) {
    return Problem{fmt::format("{} is not HOST:PORT", shown(text))};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) {
    return Problem{fmt::format("{} has no port", shown(text))};
  }
  const auto host = parse_host(text.substr(0, colon));
  if (!host) return host.error();
  const auto port = parse_number(text.substr(colon + 1), 0, 65535);
  if (!port) return Problem{"port " + port.error().text};
  Address address;
  address.scheme = scheme;
  address.host = *host;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

Result<Address> parse_socket_path(Scheme scheme, std::string_view text) {
  const auto path = parse_path(text);
  if (!path) return path.error();
  if (path->size() > kLongestSocketPath) {
    return Problem{
        fmt::format("the path has {} bytes; a socket's path has at "
                    "most {}",
                    path->size(), kLongestSocketPath)};
  }
  Address address;
  address.scheme = scheme;
  address.path = *path;
  return address;
}

Result<Address> parse_systemd(std::string_view name) {
  // FileDescriptorName= of a socket unit takes as much (systemd.socket(5)).
  const auto visible = parse_visible(name, 255);
  if (!visible || name.find_first_of(":/") != std::string_view::npos) {
    return Problem{
        fmt::format("{} is not the name of a socket; write "
                    "systemd:NAME",
                    shown(name))};
  }
  Address address;
  address.scheme = Scheme::kSystemd;
  address.path = *visible;
  return address;
}

Result<Address> parse_place(const Transport& transport, std::string_view text) {
  switch (transport.place) {
    case Place::kHostAndPort:
      return parse_host_and_port(transport.scheme, text);
    case Place::kPath:
      return parse_socket_path(transport.scheme, text);
    case Place::kSocketName:
      break;
  }
  return parse_systemd(text);
}

Problem unknown_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  if (scheme == "tls" || scheme == "tcp+tls" || scheme == "ssl") {
    return {"tls:// is not in this version yet"};
  }
  if (parse_host_and_port(Scheme::kTcp, text)) {
    return {
        fmt::format("{0} has no scheme; did you mean tcp://{0}?", shown(text))};
  }
  if (parse_path(text)) {
    return {fmt::format("{0} has no scheme; did you mean unix://{0}?",
                        shown(text))};
  }
  static const std::vector<std::string> kKnown = {"tcp://", "udp://", "unix://",
                                                  "unixgram://", "systemd://"};
  return {fmt::format(
      "{} is not an address: {}{}", shown(text), kSchemeList,
      suggestion(std::string(scheme.substr(0, 16)) + "://", kKnown))};
}

bool is_any(const Address& address) {
  return address.host == "0.0.0.0" || address.host == "::";
}
bool is_version_6(const Address& address) {
  return address.host.find(':') != std::string::npos;
}
bool is_loopback(const Address& address) {
  return address.host == "localhost" || address.host == "::1" ||
         (address.host.starts_with("127.") && is_ipv4(address.host));
}
Network to_network(const Ip& ip, unsigned prefix) {
  Network network{ip.text(), prefix, {}, prefix};
  auto& mapped = network.mapped_address;
  if (ip.bytes.size() == 4) {
    mapped[10] = mapped[11] = 0xff;
    network.mapped_prefix += 96;
  }
  std::ranges::copy_backward(ip.bytes, mapped.end());
  return network;
}

/// The same host, whatever it resolves to.
bool same_host(const Address& one, const Address& other) {
  const auto usual = [](const Address& address) {
    return address.host == "localhost" ? "127.0.0.1" : address.host;
  };
  return usual(one) == usual(other);
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  for (const Transport& transport : kTransports) {
    if (text.starts_with(transport.prefix)) {
      return parse_place(transport, text.substr(transport.prefix.size()));
    }
  }
  return unknown_scheme(text);
}

Result<Address> parse_admin_address(std::string_view text) {
  if (text.starts_with("tcp://")) text.remove_prefix(6);
  if (text.find('/') != std::string_view::npos) {
    return Problem{fmt::format("{} is not HOST:PORT, such as 127.0.0.1:9469",
                               shown(text))};
  }
  return parse_host_and_port(Scheme::kTcp, text);
}

Result<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto ip = parse_ip(text.substr(0, slash));
  if (!ip || !parse_visible(text, 100)) {
    return Problem{
        fmt::format("{} is not a network, such as 10.0.0.0/8", shown(text))};
  }
  auto prefix = static_cast<unsigned>(ip->bytes.size() * 8);
  if (slash != std::string_view::npos) {
    const auto number = parse_number(text.substr(slash + 1), 0, prefix);
    if (!number) return Problem{"prefix " + number.error().text};
    prefix = static_cast<unsigned>(*number);
  }
  const Ip masked = ip->masked(prefix);
  if (masked.bytes == ip->bytes) return to_network(*ip, prefix);
  return Problem{
      fmt::format("{} has bits behind its prefix; did you mean "
                  "{}/{}, or {} alone?",
                  shown(text), masked.text(), prefix, ip->text())};
}

bool is_datagram(const Address& address) {
  return transport_of(address).is_datagram;
}

bool is_path(const Address& address) {
  return transport_of(address).place == Place::kPath;
}

bool collide(const Address& one, const Address& other) {
  if (is_path(one) && is_path(other)) return one.path == other.path;
  if (one.scheme != other.scheme) return false;
  if (one.scheme == Scheme::kSystemd) return one.path == other.path;
  if (one.port != other.port || one.port == 0) return false;
  const bool same_version = is_version_6(one) == is_version_6(other);
  return same_host(one, other) ||
         (same_version && (is_any(one) || is_any(other)));
}

bool reaches(const Address& target, const Address& source) {
  if (target.scheme != source.scheme || target.scheme == Scheme::kSystemd) {
    return false;
  }
  if (is_path(target)) return target.path == source.path;
  if (target.port != source.port || target.port == 0) return false;
  const bool local = is_loopback(target) || is_any(target);
  return same_host(target, source) || (is_any(source) && local);
}

std::string to_string(const Address& address) {
  const Transport& transport = transport_of(address);
  if (transport.place != Place::kHostAndPort) {
    return std::string(transport.prefix) + address.path;
  }
  return is_version_6(address) ? fmt::format("{}[{}]:{}", transport.prefix,
                                             address.host, address.port)
                               : fmt::format("{}{}:{}", transport.prefix,
                                             address.host, address.port);
}

}  // namespace cflt::config
