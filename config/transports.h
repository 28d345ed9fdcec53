// What an address may be: one row a scheme, from which the parser, the keys
// that fit it and everybody else who has to tell schemes apart take what they
// need.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "config/settings.h"

namespace cflt::config {

/// What follows the scheme of an address.
enum class Place { kHostAndPort, kPath, kSocketName };

struct Transport {
  Address::Scheme scheme;
  std::string_view prefix;  // as it is written before the place
  Place place;
  bool is_datagram;  // each datagram is a record
  bool is_target;    // sinks can send there
};

/// In the order of Address::Scheme.
inline constexpr std::array kTransports = {
    Transport{Address::Scheme::kTcp, "tcp://", Place::kHostAndPort, false,
              true},
    Transport{Address::Scheme::kUdp, "udp://", Place::kHostAndPort, true, true},
    Transport{Address::Scheme::kUnix, "unix://", Place::kPath, false, true},
    Transport{Address::Scheme::kUnixgram, "unixgram://", Place::kPath, true,
              true},
    // Whether it is a datagram socket is known only when it is handed over.
    Transport{Address::Scheme::kSystemd, "systemd:", Place::kSocketName, false,
              false}};

static_assert([] {
  for (std::size_t i = 0; i < kTransports.size(); ++i) {
    if (static_cast<std::size_t>(kTransports[i].scheme) != i) return false;
  }
  return true;
}());

constexpr const Transport& transport_of(Address::Scheme scheme) {
  return kTransports[static_cast<std::size_t>(scheme)];
}
constexpr const Transport& transport_of(const Address& address) {
  return transport_of(address.scheme);
}

/// The schemes that a condition holds for, as bits (keys.h).
template <class Condition>
constexpr unsigned schemes_where(Condition condition) {
  unsigned schemes = 0;
  for (const Transport& each : kTransports) {
    if (condition(each)) schemes |= 1U << static_cast<unsigned>(each.scheme);
  }
  return schemes;
}

}  // namespace cflt::config
