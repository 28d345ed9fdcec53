// The flow between sources and sinks, without sockets: who waits, who drops,
// and that the books balance.
#include <gtest/gtest.h>

#include "core/canary/canary.h"
#include "daemon/serve/source/partial_budget.h"
#include "daemon/serve/source/source.h"
#include "tests/daemon/serve/sink/fake_sink.h"
#include "tests/support/record_harness.h"

namespace cflt::serve::source {
namespace {

using sink::FakeSink;

class Flow : public testing::Test {
 protected:
  std::shared_ptr<FakeSink> add_sink(const std::string& name,
                                     config::WhenFull when_full) {
    config::Sink sink;
    sink.name = name;
    sink.when_full = when_full;
    auto source = std::make_shared<FakeSink>(sink, kRoom, registry_);
    source->add_source("app");
    sinks_.push_back(source);
    source_->configure(settings_, test::make_redactor(),
                       {sinks_.begin(), sinks_.end()});
    return source;
  }

  /// Delivers three records; more than a sink's room.
  void deliver(bool may_wait = true) {
    auto batches = test::batches_of({"one", "two", "three"}, pool_);
    records::IntakeCounts counts;
    counts.records = 3;
    source_->count(counts);
    source_->deliver(batches, may_wait);
  }

  /// in + split = delivered + dropped + queued.
  void expect_balance(const std::string& sink) {
    const metrics::PairCounters& pair = registry_.pair("app", sink);
    std::uint64_t out = pair.delivered.get() + pair.queued.get();
    for (const metrics::Counter& dropped : pair.dropped) out += dropped.get();
    EXPECT_EQ(registry_.source("app").records.get(), out) << sink;
  }

  std::uint64_t dropped(const std::string& sink, metrics::Dropped why) {
    return registry_.pair("app", sink)
        .dropped[static_cast<std::size_t>(why)]
        .get();
  }

  static constexpr std::size_t kRoom = 1000;

  metrics::Registry registry_;
  records::FramePool pool_;
  PartialBudget budget_{1000};
  config::Source settings_;
  std::shared_ptr<Source> source_ =
      std::make_shared<Source>("app", registry_, pool_, budget_);
  std::vector<std::shared_ptr<FakeSink>> sinks_;
};

TEST_F(Flow, AFullSinkStopsReadingUntilItHasRoom) {
  const auto sink = add_sink("one", config::WhenFull::kBlock);
  deliver();
  EXPECT_FALSE(source_->may_read());
  bool resumed = false;
  source_->call_when_may_read([&resumed] { resumed = true; });
  EXPECT_FALSE(resumed);
  sink->let_go();
  EXPECT_TRUE(resumed);
  EXPECT_TRUE(source_->may_read());
  expect_balance("one");
}

TEST_F(Flow, ASourceThatWaitedIsWokenByTheSinksOfTheNextConfiguration) {
  add_sink("one", config::WhenFull::kBlock);
  deliver();
  source_->call_when_may_read([] {});
  sinks_.clear();  // the one that is waited for, without a word
  const auto next = add_sink("one", config::WhenFull::kBlock);
  deliver();
  bool resumed = false;
  source_->call_when_may_read([&resumed] { resumed = true; });
  next->let_go();
  EXPECT_TRUE(resumed);
}

TEST_F(Flow, ASinkThatIsBehindIsAskedWhenThereIsRoom) {
  const auto sink = add_sink("one", config::WhenFull::kBlock);
  deliver();
  bool resumed = false;
  source_->call_when_may_read([&resumed] { resumed = true; });
  const int asked = sink->times_asked;
  sink->is_slow = true;
  sink->let_go();
  EXPECT_FALSE(resumed);
  EXPECT_EQ(sink->times_asked, asked + 1);
}

TEST_F(Flow, WhoHasPushedNothingForLongestIsWokenFirst) {
  const auto sink = add_sink("one", config::WhenFull::kBlock);
  const auto busy = std::exchange(
      source_, std::make_shared<Source>("quiet", registry_, pool_, budget_));
  sink->add_source("quiet");
  source_->configure(settings_, test::make_redactor(), {sink});
  const auto quiet = std::exchange(source_, busy);
  deliver();
  std::string woken;
  // As it is when the sink is full again before the last of them had its turn.
  busy->call_when_may_read([&woken] { woken += "busy "; });
  quiet->call_when_may_read([&woken] { woken += "quiet "; });
  sink->let_go();
  EXPECT_EQ(woken, "quiet busy ");
}

TEST_F(Flow, AStallIsCountedBeforeItEnds) {
  add_sink("one", config::WhenFull::kBlock);
  deliver();
  source_->call_when_may_read([] {});
  const metrics::Counter& stalled = registry_.source("app").stalled_ns;
  for (int turn = 0; turn < 3; ++turn) {
    const std::uint64_t before = stalled.get();
    // A clock's tick may be longer than a call.
    for (int i = 0; stalled.get() == before && i < 1'000'000; ++i) {
      source_->count_stall();
    }
    EXPECT_GT(stalled.get(), before);
  }
}

TEST_F(Flow, TheStateOfASinkIsThatOfItsSuccessor) {
  const auto old = add_sink("one", config::WhenFull::kBlock);
  deliver();
  old->make_way();
  sinks_.clear();
  add_sink("one", config::WhenFull::kBlock);
  deliver();
  const metrics::SinkCounters& counters = registry_.sink("one");
  const std::uint64_t both = counters.queue_bytes.get();
  old->drop_rest();
  EXPECT_EQ(counters.queue_bytes.get(), both / 2);
}

TEST_F(Flow, TwoFullSinksBothHaveToHaveRoom) {
  const auto one = add_sink("one", config::WhenFull::kBlock);
  const auto two = add_sink("two", config::WhenFull::kBlock);
  deliver();
  bool resumed = false;
  source_->call_when_may_read([&resumed] { resumed = true; });
  one->let_go();
  EXPECT_FALSE(resumed);
  two->let_go();
  EXPECT_TRUE(resumed);
}

TEST_F(Flow, DropNewestDropsCountsAndFreesTheOthers) {
  add_sink("slow", config::WhenFull::kDropNewest);
  const auto fast = add_sink("fast", config::WhenFull::kBlock);
  fast->stay_open();
  deliver();
  deliver();
  EXPECT_TRUE(source_->may_read());
  EXPECT_EQ(dropped("slow", metrics::Dropped::kBufferFull), 3U);
  EXPECT_EQ(registry_.pair("app", "fast").delivered.get(), 6U);
  expect_balance("slow");
  expect_balance("fast");
}

TEST_F(Flow, WhatCannotWaitIsDroppedAndCountedAtAFullSink) {
  add_sink("one", config::WhenFull::kBlock);
  deliver(false);
  deliver(false);
  EXPECT_EQ(dropped("one", metrics::Dropped::kBufferFull), 3U);
  expect_balance("one");
}

TEST_F(Flow, WhatIsLeftAtTheEndIsDroppedAndCounted) {
  const auto sink = add_sink("one", config::WhenFull::kBlock);
  deliver();
  EXPECT_EQ(sink->drop_rest(), 3U);
  EXPECT_EQ(dropped("one", metrics::Dropped::kShutdown), 3U);
  EXPECT_TRUE(sink->is_idle());
  expect_balance("one");
}

TEST_F(Flow, WhatComesAfterTheEndIsDroppedAndCounted) {
  const auto sink = add_sink("one", config::WhenFull::kBlock);
  sink->drop_rest();
  deliver();
  EXPECT_EQ(dropped("one", metrics::Dropped::kShutdown), 3U);
  EXPECT_TRUE(sink->is_idle());
  expect_balance("one");
}

TEST_F(Flow, NothingIsDeliveredWhileTheSelfTestFails) {
  add_sink("one", config::WhenFull::kBlock)->stay_open();
  source_->hold(true);
  deliver(false);
  EXPECT_EQ(registry_.pair("app", "one").delivered.get(), 0U);
  EXPECT_EQ(dropped("one", metrics::Dropped::kSelfTest), 3U);
  expect_balance("one");
}

TEST_F(Flow, NothingIsReadWhileTheSelfTestFails) {
  add_sink("one", config::WhenFull::kBlock)->stay_open();
  source_->hold(true);
  EXPECT_FALSE(source_->may_read());
  bool resumed = false;
  source_->call_when_may_read([&resumed] { resumed = true; });
  source_->hold(false);
  EXPECT_TRUE(resumed);
}

TEST(SyslogHeaderOfASink, ItsWordsPassTheRedactor) {
  const std::string secret = canary::Canaries(1).next_secret();
  config::Sink sink;
  sink.type = config::SinkType::kSyslog;
  sink.header.hostname = "db-" + secret + ".example.org";
  sink.header.app_name = "app-" + secret;
  const std::string text = sink::syslog_header(sink)->text(0);
  EXPECT_EQ(text.substr(text.find("db-")),
            "db-cflt****.example.org app-cflt**** - - - ");
}

}  // namespace
}  // namespace cflt::serve::source
