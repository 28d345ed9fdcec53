#include "daemon/serve/source/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "tests/support/record_harness.h"

namespace cflt::serve::source {
namespace {

using metrics::Closed;
using std::chrono::seconds;

/// A connection of a source "app", whose handlers run when the test says so,
/// and its peer.
class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    config_.framing = framing::Framing::kNewline;
    config_.type = config::SourceType::kLines;
    config_.record_timeout = seconds(10);
    config_.idle_timeout = seconds(30);
    configure();
  }
  ~ConnectionTest() override { source_->abandon(); }

  void configure() { source_->configure(config_, test::make_redactor(), {}); }

  void open() {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    peer_ = base::Descriptor::own(ends[0]);
    connection_ = std::make_shared<Connection>(
        io_, source_, base::Descriptor::own(ends[1]), "unix",
        [this] { ++times_ended_; });
    connection_->start();
  }

  void send(const std::string& bytes) {
    ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  void run() {
    io_.restart();
    io_.poll();
  }
  /// So long after now.
  void check_time_in(seconds later) {
    connection_->check_time(Source::Clock::now() + later);
  }

  std::uint64_t closed(Closed why) {
    return counters().closed[static_cast<std::size_t>(why)].get();
  }
  metrics::SourceCounters& counters() { return source_->counters(); }

  boost::asio::io_context io_;
  metrics::Registry registry_;
  records::FramePool pool_;
  PartialBudget budget_{1 << 20};
  config::Source config_;
  std::shared_ptr<Source> source_ =
      std::make_shared<Source>("app", registry_, pool_, budget_);
  base::Descriptor peer_;
  std::shared_ptr<Connection> connection_;
  int times_ended_ = 0;
};

TEST_F(ConnectionTest, EndsWithItsPeerAndWhatIsLeftIsARecord) {
  open();
  send("one\ntwo\nthree");
  run();
  EXPECT_EQ(counters().records.get(), 2U);
  peer_ = {};
  run();
  EXPECT_EQ(counters().records.get(), 3U);
  EXPECT_EQ(closed(Closed::kEnd), 1U);
  EXPECT_EQ(times_ended_, 1);
  EXPECT_FALSE(source_->has_sessions());
}

TEST_F(ConnectionTest, DrainedReadsWhatHasArrivedAndEnds) {
  open();
  send("one\ntwo\n");
  connection_->drain();
  run();
  EXPECT_EQ(counters().records.get(), 2U);
  EXPECT_EQ(closed(Closed::kShutdown), 1U);
}

/// hold() does to it what a full sink does.
TEST_F(ConnectionTest, ReadsNothingWhileThePortMayNotRead) {
  open();
  source_->hold(true);
  send("one\n");
  run();
  EXPECT_EQ(counters().records.get(), 0U);
  source_->hold(false);
  run();
  EXPECT_EQ(counters().records.get(), 1U);
}

TEST_F(ConnectionTest, DoesNotTimeOutWhileThePortMayNotRead) {
  open();
  source_->hold(true);
  send("one\n");
  run();
  check_time_in(seconds(100));
  EXPECT_EQ(times_ended_, 0);
}

TEST_F(ConnectionTest, DrainedWhileThePortMayNotReadEndsWhenItMay) {
  open();
  source_->hold(true);
  send("one\n");
  run();
  connection_->drain();
  run();
  EXPECT_EQ(times_ended_, 0);
  source_->hold(false);
  run();
  EXPECT_EQ(counters().records.get(), 1U);
  EXPECT_EQ(closed(Closed::kShutdown), 1U);
}

TEST_F(ConnectionTest, IsClosedWhenItIsIdle) {
  open();
  check_time_in(seconds(20));
  EXPECT_EQ(times_ended_, 0);
  check_time_in(seconds(31));
  EXPECT_EQ(closed(Closed::kIdleTimeout), 1U);
}

TEST_F(ConnectionTest, WhatIsDecidedOfALineLeavesAfterTheRecordTimeout) {
  open();
  send("this line has no end yet");
  run();
  EXPECT_EQ(counters().records.get(), 0U);
  check_time_in(seconds(11));
  EXPECT_EQ(times_ended_, 0);
  EXPECT_EQ(counters().records.get(), 1U);
}

TEST_F(ConnectionTest, ACountWhoseBytesDoNotComeEndsIt) {
  config_.framing = framing::Framing::kOctetCounting;
  configure();
  open();
  send("10 abc");
  run();
  check_time_in(seconds(11));
  EXPECT_EQ(closed(Closed::kRecordTimeout), 1U);
  EXPECT_EQ(counters().partial_bytes.get(), 0U);
}

TEST_F(ConnectionTest, WhoseRecordExceedsTheMemoryLimitIsClosed) {
  budget_.change_limit(1000);
  open();
  send(std::string(5000, 'x'));
  run();
  EXPECT_EQ(closed(Closed::kMemoryLimit), 1U);
  EXPECT_EQ(budget_.used_bytes(), 0U);
}

TEST_F(ConnectionTest, WhoseFramingIsLostIsClosedAndTheRestCounted) {
  config_.framing = framing::Framing::kOctetCounting;
  configure();
  open();
  send("no count");
  run();
  EXPECT_EQ(closed(Closed::kBadFraming), 1U);
  EXPECT_EQ(counters().lost_bytes.get(), 8U);
}

}  // namespace
}  // namespace cflt::serve::source
