// Where the admin endpoint listens, and where it is asked.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace cflt::serve::admin {

/// The endpoints that `host` means: itself, if it is an IPv4 or IPv6 address
/// (without brackets), else what the resolver says, in the time it takes; at
/// least one. Errors are those of getaddrinfo(3).
boost::system::result<std::vector<boost::asio::ip::tcp::endpoint>>
admin_endpoints(const std::string& host, std::uint16_t port);

}  // namespace cflt::serve::admin
