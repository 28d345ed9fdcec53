#include "daemon/serve/health_probe.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "daemon/base/messages.h"
#include "daemon/serve/admin/admin_address.h"

namespace cflt::serve {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kDeadline{5};
/// Between two questions, while it is waited for.
constexpr std::chrono::milliseconds kPause{100};
constexpr std::size_t kMaxAnswerBytes = 8192;

/// An endpoint that listens everywhere is asked at home.
tcp::endpoint reachable(const tcp::endpoint& endpoint) {
  if (!endpoint.address().is_unspecified()) return endpoint;
  if (endpoint.address().is_v4()) {
    return {boost::asio::ip::address_v4::loopback(), endpoint.port()};
  }
  return {boost::asio::ip::address_v6::loopback(), endpoint.port()};
}

/// One request and its answer; each step begins the next.
class Exchange {
 public:
  explicit Exchange(const char* target)
      : request_(http::verb::get, target, 10), buffer_(kMaxAnswerBytes) {
    request_.set(http::field::host, "localhost");
    answer_.body_limit(kMaxAnswerBytes);
  }

  /// Returns when it is answered, failed or late. The first of `endpoints`
  /// that takes the connection is asked.
  error_code run(const std::vector<tcp::endpoint>& endpoints) {
    stream_.expires_after(kDeadline);
    stream_.async_connect(endpoints,
                          [this](error_code error, const tcp::endpoint&) {
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

/// The exit code, and what to say of it.
struct Answer {
  base::ExitCode code;
  std::string why;
};

void complain_of(const HealthProbe& probe, const Answer& answer) {
  const bool is_ipv6 = probe.host.find(':') != std::string::npos;
  const std::string host =
      is_ipv6 ? fmt::format("[{}]", probe.host) : probe.host;
  base::complain(fmt::format("{}:{}: {}", host, probe.port, answer.why));
}

std::string describe(error_code error) {
  if (error == boost::beast::error::timeout) return "no answer within 5 s";
  return error.message();
}

/// The answer's text in one line.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Answer ask(const HealthProbe& probe) {
  auto endpoints = admin::admin_endpoints(probe.host, probe.port);
  if (!endpoints) return {base::kExitError, describe(endpoints.error())};
  for (tcp::endpoint& endpoint : *endpoints) endpoint = reachable(endpoint);

  Exchange exchange(probe.ready ? "/readyz" : "/livez");
  const error_code error = exchange.run(*endpoints);
  if (error) return {base::kExitError, describe(error)};

  const auto& answer = exchange.answer();
  const unsigned status = answer.result_int();
  if (status == 200) return {base::kExitClean, ""};
  if (status == 503) {
    return {base::kExitFound,
            fmt::format("not {}: {}", probe.ready ? "ready" : "live",
                        first_line(answer.body()))};
  }
  return {base::kExitError,
          fmt::format("answers {}: not the admin endpoint", status)};
}

}  // namespace

base::ExitCode probe_health(const HealthProbe& probe) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + probe.wait;
  Answer answer = ask(probe);
  while (answer.code != base::kExitClean && Clock::now() + kPause <= deadline) {
    std::this_thread::sleep_for(kPause);
    answer = ask(probe);
  }
  if (answer.code != base::kExitClean) complain_of(probe, answer);
  return answer.code;
}

}  // namespace cflt::serve
