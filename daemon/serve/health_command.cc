#include "daemon/serve/health_command.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "daemon/messages.h"

namespace cflt::daemon {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::address;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kDeadline{5};
constexpr std::size_t kMaxAnswerBytes = 8192;

address reachable(const address& listened_on) {
  if (!listened_on.is_unspecified()) return listened_on;
  if (listened_on.is_v4()) return boost::asio::ip::address_v4::loopback();
  return boost::asio::ip::address_v6::loopback();
}

/// One request and its answer; each step begins the next.
class Probe {
 public:
  explicit Probe(const char* target)
      : request_(http::verb::get, target, 10), buffer_(kMaxAnswerBytes) {
    request_.set(http::field::host, "localhost");
    answer_.body_limit(kMaxAnswerBytes);
  }

  /// Returns when it is answered, failed or late.
  error_code run(const tcp::endpoint& endpoint) {
    stream_.expires_after(kDeadline);
    stream_.async_connect(endpoint, [this](error_code error) {
      if (!took(error)) write();
    });
    io_.run();
    return error_;
  }

  const http::response<http::string_body>& answer() const {
    return answer_.get();
  }

 private:
  bool took(error_code error) {
    error_ = error;
    return static_cast<bool>(error);
  }

  void write() {
    http::async_write(stream_, request_, [this](error_code error, std::size_t) {
      if (!took(error)) read();
    });
  }

  void read() {
    http::async_read(stream_, buffer_, answer_,
                     [this](error_code error, std::size_t) { took(error); });
  }

  boost::asio::io_context io_{1};
  boost::beast::tcp_stream stream_{io_};
  http::request<http::empty_body> request_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> answer_;
  error_code error_;
};

ExitCode fail(const config::Address& asked, ExitCode code,
              std::string_view why) {
  complain(fmt::format("{}: {}", to_string(asked), why));
  return code;
}

std::string describe(error_code error) {
  if (error == boost::beast::error::timeout) return "no answer within 5 s";
  return error.message();
}

/// The answer's text in one line.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

ExitCode run_health(const HealthOptions& options) {
  const auto asked = health_address(options);
  if (!asked) return kExitConfig;
  error_code error;
  const auto host = asked->host == "localhost" ? "127.0.0.1" : asked->host;
  const address listened_on = boost::asio::ip::make_address(host, error);
  if (error) return fail(*asked, kExitError, "not an IPv4 or IPv6 address");

  Probe probe(options.ready ? "/readyz" : "/livez");
  error = probe.run({reachable(listened_on), asked->port});
  if (error) return fail(*asked, kExitError, describe(error));

  const auto& answer = probe.answer();
  const unsigned status = answer.result_int();
  if (status == 200) return kExitClean;
  if (status == 503) {
    return fail(*asked, kExitFound,
                fmt::format("not {}: {}", options.ready ? "ready" : "live",
                            first_line(answer.body())));
  }
  return fail(*asked, kExitError,
              fmt::format("answers {}: not the admin endpoint", status));
}

}  // namespace cflt::daemon
