// Sinks with a peer, over sockets with a path, whose handlers run when the test
// says so.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "daemon/serve/sink/datagram_sink.h"
#include "daemon/serve/sink/stream_sink.h"
#include "tests/support/record_harness.h"

namespace cflt::serve::sink {
namespace {

using boost::asio::local::datagram_protocol;
using boost::asio::local::stream_protocol;

class NetworkSinks : public testing::Test {
 protected:
  NetworkSinks() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~NetworkSinks() override {
    sink_->stop();
    std::filesystem::remove_all(folder_);
  }

  template <class Kind>
  void start(config::Address::Scheme scheme) {
    config::Sink wanted;
    wanted.name = "out";
    wanted.address = config::Address{};
    wanted.address->scheme = scheme;
    wanted.address->path = path();
    wanted.reconnect_initial = std::chrono::milliseconds(1);
    wanted.reconnect_max = std::chrono::milliseconds(1);
    sink_ = std::make_shared<Kind>(io_, wanted, 1 << 20, registry_);
    sink_->add_source("app");
    sink_->start();
  }

  void push(const std::vector<std::string>& records) {
    for (const auto& batch : test::batches_of(records, pool_)) {
      sink_->push(batch, true);
    }
  }
  /// The condition comes soon, or the test fails.
  void run_until(const std::function<bool()>& condition) {
    for (int i = 0; i < 500 && !condition(); ++i) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(condition());
  }
  void run_until_delivered() {
    run_until([this] { return sink_->is_idle(); });
  }

  std::string path() const { return folder_ + "/socket"; }
  metrics::SinkCounters& counters() { return registry_.sink("out"); }

  std::string folder_ = testing::TempDir() + "cflt-redact-XXXXXX";
  boost::asio::io_context io_;
  metrics::Registry registry_;
  records::FramePool pool_;
  std::shared_ptr<Sink> sink_;
};

template <class Socket>
std::string read_some(Socket& socket) {
  std::array<char, 4096> room{};
  return {room.data(), socket.receive(boost::asio::buffer(room))};
}

TEST_F(NetworkSinks, AStreamGetsFrames) {
  stream_protocol::acceptor acceptor(io_, path());
  start<StreamSink>(config::Address::Scheme::kUnix);
  push({"one", "two"});
  run_until_delivered();
  auto peer = acceptor.accept();
  EXPECT_EQ(read_some(peer), "one\ntwo\n");
  EXPECT_EQ(counters().up.get(), 1U);
}

TEST_F(NetworkSinks, AStreamWaitsForAPeerAndLosesNothing) {
  start<StreamSink>(config::Address::Scheme::kUnix);
  push({"one"});
  run_until([this] { return counters().retries.get() > 0; });
  EXPECT_FALSE(sink_->is_idle());
  stream_protocol::acceptor acceptor(io_, path());
  run_until_delivered();
  auto peer = acceptor.accept();
  EXPECT_EQ(read_some(peer), "one\n");
}

TEST_F(NetworkSinks, AStreamWhosePeerEndsIsConnectedAgain) {
  stream_protocol::acceptor acceptor(io_, path());
  start<StreamSink>(config::Address::Scheme::kUnix);
  run_until([this] { return counters().up.get() == 1; });
  acceptor.accept().close();
  run_until([this] { return counters().retries.get() == 1; });
  push({"later"});
  run_until_delivered();
  auto peer = acceptor.accept();
  EXPECT_EQ(read_some(peer), "later\n");
}

TEST_F(NetworkSinks, AStreamEndsBehindItsLastRecord) {
  stream_protocol::acceptor acceptor(io_, path());
  start<StreamSink>(config::Address::Scheme::kUnix);
  push({"last"});
  sink_->finish();
  run_until(
      [this] { return sink_->is_finished() && counters().up.get() == 1; });
  auto peer = acceptor.accept();
  EXPECT_EQ(read_some(peer), "last\n");
  std::array<char, 1> room{};
  boost::system::error_code error;
  peer.receive(boost::asio::buffer(room), 0, error);
  EXPECT_EQ(error, boost::asio::error::eof);
}

TEST_F(NetworkSinks, EachRecordIsADatagram) {
  datagram_protocol::socket peer(io_, path());
  start<DatagramSink>(config::Address::Scheme::kUnixgram);
  push({"one", "two"});
  run_until_delivered();
  EXPECT_EQ(read_some(peer), "one");
  EXPECT_EQ(read_some(peer), "two");
}

TEST_F(NetworkSinks, DatagramsWaitForAReceiverThatIsNotThere) {
  start<DatagramSink>(config::Address::Scheme::kUnixgram);
  push({"one"});
  run_until([this] { return counters().retries.get() > 0; });
  EXPECT_FALSE(sink_->is_idle());
  datagram_protocol::socket peer(io_, path());
  run_until_delivered();
  EXPECT_EQ(read_some(peer), "one");
}

TEST_F(NetworkSinks, AfterStopNothingIsSentAnyMore) {
  start<StreamSink>(config::Address::Scheme::kUnix);
  run_until([this] { return counters().retries.get() > 0; });
  sink_->stop();
  stream_protocol::acceptor acceptor(io_, path());
  io_.restart();
  io_.run_for(std::chrono::milliseconds(20));
  acceptor.non_blocking(true);
  boost::system::error_code error;
  acceptor.accept(error);
  EXPECT_EQ(error, boost::asio::error::would_block);
}

}  // namespace
}  // namespace cflt::serve::sink
