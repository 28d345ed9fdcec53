#include "daemon/serve/admin/admin.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "daemon/base/descriptor.h"
#include "daemon/base/messages.h"
#include "daemon/serve/health_probe.h"
#include "tests/daemon/serve/admin/client.h"

namespace cflt::serve::admin {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

base::ExitCode health_of(const HealthProbe& probe, std::string& said) {
  testing::internal::CaptureStderr();
  const base::ExitCode code = probe_health(probe);
  said = testing::internal::GetCapturedStderr();
  return code;
}

class AdminTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    static std::once_flag once;
    std::call_once(once, base::open_messages);
  }

  void open(AdminLimits limits = {}, const char* host = "127.0.0.1") {
    AdminHandlers handlers{[this] {
                             ++metrics_calls_;
                             return metrics_;
                           },
                           [] { return std::string(); },
                           [this] { return not_live_; },
                           [this] { return not_ready_; }};
    server_ = AdminServer::listen(io_, host, 0, handlers, limits).value();
  }

  void start(AdminLimits limits = {}, const char* host = "127.0.0.1") {
    open(limits, host);
    run();
  }

  void run() {
    thread_ = std::jthread([this] { io_.run(); });
  }

  template <typename Function>
  auto on_its_thread(Function function) {
    return asio::post(io_, asio::use_future(function)).get();
  }

  ~AdminTest() override {
    if (thread_.joinable()) {
      on_its_thread([this] { server_.reset(); });
      thread_.join();
    }
  }

  Client client() { return Client(server_->port()); }

  std::string metrics_ = "x_total 1\n";
  int metrics_calls_ = 0;
  std::string not_live_;
  std::string not_ready_;
  asio::io_context io_{1};
  std::unique_ptr<AdminServer> server_;
  std::jthread thread_;
};

// Too long for a name, so nobody is asked for it.
const std::string kNoHost(300, 'x');

constexpr const char* kGet = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kLast =
    "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(AdminTest, ConnectionIsKeptForTheNextRequest) {
  start();
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const auto answer = client.receive();
    EXPECT_EQ(answer.result_int(), 200U);
    EXPECT_EQ(answer.body(), metrics_);
    EXPECT_EQ(answer[boost::beast::http::field::content_type],
              "text/plain; version=0.0.4; charset=utf-8");
  }
}

TEST_F(AdminTest, HeadHasTheLengthAndNoBody) {
  start();
  Client client(server_->port());
  client.send("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.receive(true);
  EXPECT_EQ(answer[boost::beast::http::field::content_length],
            std::to_string(metrics_.size()));
  EXPECT_TRUE(client.exchange(kLast).starts_with("HTTP/1.1 200"));
}

TEST_F(AdminTest, PipelinedRequestsAreAnsweredInTurn) {
  start();
  const std::string all =
      client().exchange(std::string(kGet) + kGet + kGet + kLast);
  std::size_t answers = 0;
  for (std::size_t at = 0; (at = all.find("HTTP/1.1 200", at)) != all.npos;
       ++at) {
    ++answers;
  }
  EXPECT_EQ(answers, 4U);
  EXPECT_TRUE(all.ends_with("ok\n"));
}

TEST_F(AdminTest, RequestMayComeByteByByte) {
  start();
  Client client(server_->port());
  for (const char* c = kLast; *c != '\0'; ++c) client.send({*c});
  EXPECT_TRUE(client.receive_all().ends_with("\r\n\r\nok\n"));
}

TEST_F(AdminTest, Http10IsClosedAfterItsAnswer) {
  start();
  const std::string all = client().exchange("GET /livez HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(all.starts_with("HTTP/1.0 200")) << all;
}

TEST_F(AdminTest, OtherMethodIsToldWhatIsAllowed) {
  start();
  const std::string all = client().exchange(
      "DELETE /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(all.starts_with("HTTP/1.1 405")) << all;
  EXPECT_NE(all.find("Allow: GET, HEAD\r\n"), all.npos) << all;
}

TEST_F(AdminTest, HeaderOver8KiBIsRefused) {
  start();
  const std::string all =
      client().exchange("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_TRUE(all.starts_with("HTTP/1.1 431")) << all;
}

TEST_F(AdminTest, RefusedClientMayFinishItsRequest) {
  start();
  Client client(server_->port());
  client.send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_EQ(client.receive().result_int(), 431U);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(client.send("xxxx"));
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(AdminTest, HeaderOfNearly8KiBIsTaken) {
  start();
  const std::string all =
      client().exchange("GET /livez HTTP/1.1\r\nConnection: close\r\nX: " +
                        std::string(8000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200")) << all;
}

TEST_F(AdminTest, BodyIsRefused) {
  start();
  EXPECT_TRUE(client()
                  .exchange("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(
      client()
          .exchange("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
          .starts_with("HTTP/1.1 413"));
}

TEST_F(AdminTest, WhatIsNotHttpIsRefused) {
  start();
  for (const char* bytes : {"<13>hello\n\r\n", "GET\r\n\r\n", "\x16\x03\x01"}) {
    const std::string all = client().exchange(std::string(bytes) + "\r\n\r\n");
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400")) << bytes << all;
  }
}

TEST_F(AdminTest, RequestThatDoesNotEndIsClosed) {
  // Only ends what hangs: a request that ends within it is not closed by it.
  start({16, std::chrono::milliseconds(300)});
  EXPECT_EQ(client().exchange("GET / HT"), "");
  EXPECT_EQ(client().receive_all(), "");
}

TEST_F(AdminTest, OneMoreThanTheLimitClosesWhatHasWaitedLongest) {
  start({3, std::chrono::hours(1)});
  std::vector<std::unique_ptr<Client>> clients;
  const auto ask = [&clients](std::size_t i) {
    clients[i]->send(kGet);
    EXPECT_EQ(clients[i]->receive().result_int(), 200U);
  };
  for (std::size_t i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port()));
    ask(i);
  }
  ask(0);  // now the second has waited longest
  EXPECT_TRUE(client().exchange(kLast).ends_with("ok\n"));
  EXPECT_EQ(clients[1]->receive_all(), "");
  ask(2);
  ask(0);
}

TEST_F(AdminTest, IdleConnectionsKeepNobodyFromTheAnswer) {
  start({16, std::chrono::hours(1)});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port()));
  }
  EXPECT_TRUE(client().exchange(kLast).ends_with("ok\n"));
  EXPECT_LE(on_its_thread([this] { return server_->connection_count(); }), 16U);
}

TEST_F(AdminTest, ProbeThatLeavesAtOnceIsNoMatter) {
  start();
  for (int i = 0; i < 100; ++i) Client(server_->port()).send(kGet);
  while (on_its_thread([this] { return server_->connection_count(); }) != 0) {
  }
  EXPECT_TRUE(client().exchange(kLast).ends_with("ok\n"));
}

TEST_F(AdminTest, StopClosesEveryConnection) {
  start();
  Client idle(server_->port());
  idle.send(kGet);
  idle.receive();
  on_its_thread([this] { server_->stop(); });
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_THROW(Client(server_->port()), boost::system::system_error);
  thread_.join();  // nothing is left that would keep it
  EXPECT_EQ(server_->connection_count(), 0U);
}

TEST_F(AdminTest, NoHandlerIsCalledAfterStop) {
  open();
  Client client(server_->port());
  client.send(kGet);
  while (server_->connection_count() == 0) io_.run_one();
  // The request lies there, its read is the next thing to run.
  server_->stop();
  io_.run();
  EXPECT_EQ(metrics_calls_, 0);
}

TEST_F(AdminTest, DestroyedWithTheContextWhileConnected) {
  open();
  Client client(server_->port());
  client.send("GET / HT");
  while (server_->connection_count() == 0) io_.run_one();
}

TEST_F(AdminTest, Ipv6) {
  start({}, "::1");
  EXPECT_TRUE(Client(server_->port(), "::1").exchange(kLast).ends_with("ok\n"));
}

TEST_F(AdminTest, NameIsListenedOnAndAsked) {
  start({}, "localhost");
  std::string said;
  EXPECT_EQ(health_of({"localhost", server_->port()}, said), base::kExitClean)
      << said;
}

TEST_F(AdminTest, AddressThatCannotBeListenedOnIsAValue) {
  open();
  const auto twice = AdminServer::listen(io_, "127.0.0.1", server_->port(), {});
  EXPECT_EQ(twice.error(), boost::system::errc::address_in_use);
  EXPECT_TRUE(AdminServer::listen(io_, kNoHost, 0, {}).has_error());
  EXPECT_TRUE(AdminServer::listen(io_, "192.0.2.1", 0, {}).has_error());
}

/// No descriptor can be opened while this lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const auto lowest = base::Descriptor::own(::open("/dev/null", O_RDONLY));
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest.get());
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
};

TEST_F(AdminTest, WithoutDescriptorsItPausesAndDoesNotSpin) {
  // UBSan opens a pipe to look at an object.
  if (!std::string(CFLT_SANITIZED).empty()) GTEST_SKIP();
  open();
  Client client(server_->port());  // waits in the backlog
  {
    const NoDescriptors none;
    std::size_t ran = 0;
    while (ran < 1000 && io_.poll_one() > 0) ++ran;
    EXPECT_LT(ran, 10U);
    EXPECT_EQ(server_->connection_count(), 0U);
  }
  run();
  EXPECT_TRUE(client.exchange(kLast).ends_with("ok\n"));
}

TEST_F(AdminTest, HealthSaysNothingWhenAllIsWell) {
  start();
  std::string said;
  for (const char* host : {"127.0.0.1", "0.0.0.0", "localhost"}) {
    for (const bool ready : {false, true}) {
      EXPECT_EQ(health_of({host, server_->port(), ready}, said),
                base::kExitClean);
      EXPECT_EQ(said, "");
    }
  }
}

TEST_F(AdminTest, HealthFindsTheLoopbackOfIpv6) {
  start({}, "::");
  std::string said;
  EXPECT_EQ(health_of({"::", server_->port()}, said), base::kExitClean) << said;
}

TEST_F(AdminTest, HealthTellsTheReason) {
  not_ready_ = "sink shipper: connection refused";
  start();
  const std::string where =
      "cflt-redact: 127.0.0.1:" + std::to_string(server_->port());
  std::string said;
  EXPECT_EQ(health_of({"127.0.0.1", server_->port(), true}, said),
            base::kExitFound);
  EXPECT_EQ(said, where + ": not ready: sink shipper: connection refused\n");
  EXPECT_EQ(health_of({"127.0.0.1", server_->port(), false}, said),
            base::kExitClean);
}

TEST_F(AdminTest, HealthCannotReachNobody) {
  open();
  const std::uint16_t port = server_->port();
  server_->stop();
  std::string said;
  EXPECT_EQ(health_of({"127.0.0.1", port}, said), base::kExitError);
  EXPECT_TRUE(said.ends_with(": Connection refused\n")) << said;
  EXPECT_EQ(health_of({kNoHost, port}, said), base::kExitError);
  EXPECT_TRUE(said.starts_with("cflt-redact: " + kNoHost + ":")) << said;
}

/// Answers the first connection with `answer`, and closes it.
std::jthread somebody_else(tcp::acceptor& acceptor, const char* answer) {
  return std::jthread([&acceptor, answer] {
    tcp::socket socket = acceptor.accept();
    std::string request;
    boost::system::error_code ignored;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                     ignored);
    asio::write(socket, asio::buffer(std::string_view(answer)), ignored);
  });
}

TEST_F(AdminTest, HealthKnowsWhenItAskedSomebodyElse) {
  tcp::acceptor acceptor(io_, {asio::ip::make_address("127.0.0.1"), 0});
  const std::uint16_t port = acceptor.local_endpoint().port();
  for (const char* answer :
       {"HTTP/1.0 404 No\r\n\r\n", "SSH-2.0-x\r\n", "", "HTTP/1.0 200"}) {
    const std::jthread other = somebody_else(acceptor, answer);
    std::string said;
    EXPECT_EQ(health_of({"127.0.0.1", port}, said), base::kExitError) << answer;
    EXPECT_NE(said, "");
  }
}

}  // namespace
}  // namespace cflt::serve::admin
