#include "daemon/serve/admin/admin_address.h"

#include <boost/asio/io_context.hpp>

namespace cflt::serve::admin {

using boost::asio::ip::tcp;

boost::system::result<std::vector<tcp::endpoint>> admin_endpoints(
    const std::string& host, std::uint16_t port) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (!error) return std::vector{tcp::endpoint(address, port)};

  boost::asio::io_context io;
  const auto found = tcp::resolver(io).resolve(host, "", error);
  if (error) return error;
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) {
    endpoints.emplace_back(entry.endpoint().address(), port);
  }
  return endpoints;
}

}  // namespace cflt::serve::admin
