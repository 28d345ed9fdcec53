#include "daemon/serve/admin/admin_session.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace cflt::serve::admin {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kMaxHeaderBytes = 8192;
// What a refused client may still have on its way.
constexpr std::size_t kMaxDiscardedBytes = 65536;

/// The answer to a request that could not be read.
Page page_about(boost::system::error_code error) {
  if (error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return error_page(431, "request header over 8 KiB");
  }
  if (error == http::error::body_limit) {
    return error_page(413, "a request must not have a body");
  }
  return error_page(400, "not an HTTP request");
}

/// Whether the peer wrote what it should not have, and still listens.
bool can_be_answered(boost::system::error_code error) {
  return error.category() ==
             http::make_error_code(http::error::bad_version).category() &&
         error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

}  // namespace

AdminSession::AdminSession(boost::asio::ip::tcp::socket socket,
                           std::shared_ptr<AdminShared> shared)
    : stream_(std::move(socket)),
      shared_(std::move(shared)),
      buffer_(kMaxHeaderBytes) {
  auto& sessions = shared_->sessions;
  place_ = sessions.insert(sessions.end(), this);
}

AdminSession::~AdminSession() { leave(); }

void AdminSession::stop() {
  leave();
  stream_.close();
}

void AdminSession::leave() {
  if (place_) shared_->sessions.erase(*place_);
  place_.reset();
}

void AdminSession::read() {
  if (!place_) return;
  auto& sessions = shared_->sessions;
  sessions.splice(sessions.end(), sessions, *place_);
  request_.emplace();
  request_->header_limit(kMaxHeaderBytes);
  request_->body_limit(0);
  stream_.expires_after(shared_->limits.request_time);
  http::async_read_header(
      stream_, buffer_, *request_,
      [self = shared_from_this()](Error error, std::size_t) {
        self->on_read(error);
      });
}

void AdminSession::on_read(Error error) {
  if (!place_) return;  // it was stopped meanwhile
  if (!error && request_->chunked()) error = http::error::body_limit;
  if (!error) {
    answer();
  } else if (can_be_answered(error)) {
    refuse(error);
  }
  // Else it is over: nothing is under way any more.
}

void AdminSession::answer() {
  const auto& request = request_->get();
  const std::string_view method = request.method_string();
  response_ = {};
  response_.version(request.version());
  response_.keep_alive(request.keep_alive());
  write(page_for(shared_->handlers, method, request.target()),
        method != "HEAD");
}

void AdminSession::refuse(Error error) {
  response_ = {};
  response_.keep_alive(false);
  write(page_about(error), true);
}

void AdminSession::write(Page page, bool with_body) {
  response_.result(page.status);
  response_.set(http::field::content_type, page.content_type);
  if (page.status == 405) response_.set(http::field::allow, kAdminMethods);
  response_.content_length(page.body.size());
  if (with_body) response_.body() = std::move(page.body);
  http::async_write(stream_, response_,
                    [self = shared_from_this()](Error error, std::size_t) {
                      self->on_written(error);
                    });
}

void AdminSession::on_written(Error error) {
  if (error) return;
  if (response_.keep_alive()) return read();
  Error ignored;
  stream_.socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
  discard();
}

/// Reads on for a while: closing with unread bytes would take the answer back.
void AdminSession::discard() {
  stream_.async_read_some(
      boost::asio::buffer(discarded_),
      [self = shared_from_this()](Error error, std::size_t size) {
        self->discarded_bytes_ += size;
        if (error || self->discarded_bytes_ > kMaxDiscardedBytes) return;
        self->discard();
      });
}

}  // namespace cflt::serve::admin
