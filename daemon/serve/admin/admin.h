// The admin endpoint: HTTP for probes and for Prometheus.
//
//   GET /metrics   /livez   /readyz   /          admin_pages.h says what they
//   say
//
// At most 16 connections at once: another one closes that which has waited
// longest, so that idle clients keep no probe from its answer. A process
// without a free descriptor pauses accepting. Everything happens on the one
// thread that runs the io_context, so metrics() may take its time, but delays
// what else runs there.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/serve/admin/admin_pages.h"
#include "daemon/serve/admin/admin_session.h"

namespace cflt::serve::admin {

class AdminServer {
 public:
  /// Listens on `host` and `port` (0: any), as admin_endpoints() reads them;
  /// where a name means several addresses, on the first that can be had. "::"
  /// is IPv4 too. `io` outlives it and is run by one thread. Errors are those
  /// of the resolver, socket, bind and listen.
  static boost::system::result<std::unique_ptr<AdminServer>> listen(
      boost::asio::io_context& io, const std::string& host, std::uint16_t port,
      AdminHandlers handlers, AdminLimits limits = {});

  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;
  /// As stop(). On the io_context's thread, or when it no longer runs.
  ~AdminServer() { stop(); }

  /// Closes the listener and every connection. Handlers are not called any
  /// more. Twice is once.
  void stop();

  std::uint16_t port() const { return port_; }
  std::size_t connection_count() const {
    return state_->shared->sessions.size();
  }

 private:
  using Acceptor = boost::asio::ip::tcp::acceptor;

  /// Outlives the server while its last operation ends.
  struct State : std::enable_shared_from_this<State> {
    State(Acceptor a, AdminHandlers handlers, AdminLimits limits);
    void accept();
    void on_accept(boost::system::error_code error,
                   boost::asio::ip::tcp::socket socket);
    void admit(boost::asio::ip::tcp::socket socket);
    void pause();

    Acceptor acceptor;
    boost::asio::steady_timer timer;
    std::shared_ptr<AdminShared> shared;
  };

  explicit AdminServer(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
  std::uint16_t port_;
};

}  // namespace cflt::serve::admin
