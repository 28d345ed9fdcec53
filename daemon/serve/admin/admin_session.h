// One HTTP connection of the admin endpoint: read, answer, again.
//
// A request has 10 s from the moment it is waited for until its answer has
// left, 8 KiB of header and no body. Pipelined requests are answered in turn.
// Lives as long as an operation of its own is under way. One thread.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>

#include "daemon/serve/admin/admin_pages.h"

namespace cflt::serve::admin {

class AdminSession;

struct AdminLimits {
  std::size_t connection_count = 16;
  std::chrono::milliseconds request_time = std::chrono::seconds(10);
};

/// What the sessions share; the one who is destroyed last keeps it.
/// `sessions` are those not stopped; the first has waited for a request, or
/// been at one, for longest.
struct AdminShared {
  AdminHandlers handlers;
  AdminLimits limits;
  std::list<AdminSession*> sessions;
};

class AdminSession : public std::enable_shared_from_this<AdminSession> {
 public:
  AdminSession(boost::asio::ip::tcp::socket socket,
               std::shared_ptr<AdminShared> shared);
  AdminSession(const AdminSession&) = delete;
  AdminSession& operator=(const AdminSession&) = delete;
  ~AdminSession();

  /// Begins; needs to be owned by a shared_ptr.
  void run() { read(); }
  /// Closes the connection, whatever is under way, and leaves the others'
  /// list.
  void stop();

 private:
  using Error = boost::system::error_code;
  using Request =
      boost::beast::http::request_parser<boost::beast::http::empty_body>;
  using Response =
      boost::beast::http::response<boost::beast::http::string_body>;

  void read();
  void leave();
  void on_read(Error error);
  void answer();
  void refuse(Error error);
  void write(Page page, bool with_body);
  void on_written(Error error);
  void discard();

  boost::beast::tcp_stream stream_;
  std::shared_ptr<AdminShared> shared_;
  // In shared_->sessions; none once stopped.
  std::optional<std::list<AdminSession*>::iterator> place_;
  boost::beast::flat_buffer buffer_;
  std::optional<Request> request_;  // made anew for each
  Response response_;
  std::array<char, 1024> discarded_;
  std::size_t discarded_bytes_ = 0;
};

}  // namespace cflt::serve::admin
