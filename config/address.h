// Addresses and networks, from text and to text.
#pragma once

#include <string_view>

#include "config/settings.h"
#include "config/values.h"

namespace cflt::config {

/// tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH, unixgram:///PATH or
/// systemd:NAME. An IPv6 address stands in brackets and is brought into its
/// usual form. Nothing is looked up.
Result<Address> parse_address(std::string_view text);

/// HOST:PORT, or with tcp:// before it: what service.admin takes.
Result<Address> parse_admin_address(std::string_view text);

/// An IP, or an IP and a prefix's length: 10.0.0.0/8, fd00::/8, ::1.
Result<Network> parse_network(std::string_view text);

/// Whether each datagram is a record.
bool is_datagram(const Address& address);

/// Whether it is a unix socket, which has a file.
bool is_path(const Address& address);

/// Whether two sockets could not be bound to these at the same time.
bool collide(const Address& one, const Address& other);

/// Whether what is sent to `target` arrives at our own `source`, as far as
/// that can be known without asking the system.
bool reaches(const Address& target, const Address& source);

}  // namespace cflt::config
