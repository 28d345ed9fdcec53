// The address at the other end of a socket.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

struct sockaddr_storage;

namespace cflt::serve::net {

/// Of an internet socket, as version 6: 4 is mapped (RFC 4291, 2.5.5.2).
std::array<std::uint8_t, 16> mapped_address(const sockaddr_storage& address);

/// "127.0.0.1:5514", "[::1]:5514", "unix".
std::string peer_name(const sockaddr_storage& address);
/// The same without the port.
std::string_view host_of(std::string_view peer_name);

/// True where the address is in one of the networks; a unix socket always is.
/// No networks permit everybody.
bool is_permitted(const sockaddr_storage& address,
                  const std::vector<config::Network>& networks);

}  // namespace cflt::serve::net
