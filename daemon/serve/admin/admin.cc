#include "daemon/serve/admin/admin.h"

#include <chrono>
#include <utility>

#include "daemon/serve/admin/admin_address.h"
#include "daemon/serve/loop/border.h"

namespace cflt::serve::admin {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};

error_code open_listener(tcp::acceptor& acceptor,
                         const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return error;
  acceptor.bind(endpoint, error);
  if (error) return error;
  acceptor.listen(tcp::acceptor::max_listen_connections, error);
  return error;
}

}  // namespace

boost::system::result<std::unique_ptr<AdminServer>> AdminServer::listen(
    boost::asio::io_context& io, const std::string& host, std::uint16_t port,
    AdminHandlers handlers, AdminLimits limits) {
  const auto endpoints = admin_endpoints(host, port);
  if (!endpoints) return endpoints.error();
  error_code error;
  for (const tcp::endpoint& endpoint : *endpoints) {
    tcp::acceptor acceptor(io);
    error = open_listener(acceptor, endpoint);
    if (error) continue;
    auto state = std::make_shared<State>(std::move(acceptor),
                                         std::move(handlers), limits);
    return std::unique_ptr<AdminServer>(new AdminServer(std::move(state)));
  }
  return error;
}

AdminServer::AdminServer(std::shared_ptr<State> state)
    : state_(std::move(state)),
      port_(state_->acceptor.local_endpoint().port()) {
  state_->accept();
}

void AdminServer::stop() {
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->timer.cancel();
  auto& sessions = state_->shared->sessions;
  while (!sessions.empty()) sessions.front()->stop();
}

AdminServer::State::State(Acceptor a, AdminHandlers handlers,
                          AdminLimits limits)
    : acceptor(std::move(a)),
      timer(acceptor.get_executor()),
      shared(std::make_shared<AdminShared>(
          AdminShared{std::move(handlers), limits, {}})) {}

void AdminServer::State::accept() {
  if (!acceptor.is_open()) return;
  acceptor.async_accept(
      [self = shared_from_this()](error_code error, tcp::socket socket) {
        self->on_accept(error, std::move(socket));
      });
}

void AdminServer::State::on_accept(error_code error, tcp::socket socket) {
  if (error) return pause();
  if (!acceptor.is_open()) return;  // `socket` closes here
  loop::contained("a connection of the admin endpoint was closed",
                  [&] { admit(std::move(socket)); });
  accept();
}

void AdminServer::State::admit(tcp::socket socket) {
  // A probe must be answered, whoever else holds on to connections.
  auto& sessions = shared->sessions;
  if (!sessions.empty() && sessions.size() >= shared->limits.connection_count) {
    sessions.front()->stop();
  }
  std::make_shared<AdminSession>(std::move(socket), shared)->run();
}

/// No descriptor or no memory: the connection waits, trying again would spin.
void AdminServer::State::pause() {
  if (!acceptor.is_open()) return;
  timer.expires_after(kAcceptPause);
  timer.async_wait([self = shared_from_this()](error_code) { self->accept(); });
}

}  // namespace cflt::serve::admin
