// What a reload and a drain do to sources and sinks, without threads, sockets
// and clocks.
#include "daemon/serve/worker/pipeline.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/daemon/serve/sink/fake_sink.h"
#include "tests/support/record_harness.h"

namespace cflt::serve::worker {
namespace {

using namespace std::chrono_literals;
using sink::FakeSink;

/// A session that only remembers what it is told.
class FakeSession : public source::Session {
 public:
  explicit FakeSession(source::Source& source) : source_(source) {}
  void drain() override { draining = true; }
  void end(metrics::Closed) override {
    ended = true;
    source_.remove(this);
  }
  void check_time(Pipeline::Time now) override { checked = now; }

  bool draining = false;
  bool ended = false;
  Pipeline::Time checked{};

 private:
  source::Source& source_;
};

class Pipelines : public testing::Test {
 protected:
  Pipelines() {
    plan_.settings.service.drain_timeout = 10s;
    plan_.rules = std::make_shared<stream::Rules>(stream::Options());
    scanner_ = std::make_shared<scan::Scanner>(
        scan::Scanner::make(plan_.families(), nullptr).value());
  }

  config::Sink& add_sink(const std::string& name,
                         const std::string& host = "") {
    config::Sink sink;
    sink.name = name;
    sink.inputs = {"app"};
    sink.max_size_bytes = 1000;
    if (!host.empty()) {
      sink.address = config::Address{};
      sink.address->scheme = config::Address::Scheme::kTcp;
      sink.address->host = host;
    }
    return plan_.settings.sinks.emplace_back(sink);
  }
  void add_source(const std::string& name) {
    plan_.settings.sources.emplace_back().name = name;
  }

  void apply() {
    const auto make = [this](const config::Sink& sink) {
      made_.push_back(std::make_shared<FakeSink>(
          sink, buffer_share(plan_, sink), registry_));
      return made_.back();
    };
    pipeline_.apply(plan_, scanner_, make, now_);
    pipeline_.let_leave();
  }

  std::shared_ptr<FakeSession> add_session(const std::string& name) {
    const auto source = pipeline_.find_source(name);
    auto session = std::make_shared<FakeSession>(*source);
    source->add(session);
    return session;
  }
  void deliver(source::Source& source) {
    auto batches = test::batches_of({"one", "two", "three"}, frames_);
    source.deliver(batches, true);
  }
  void tick_after(std::chrono::seconds passed) {
    pipeline_.tick(now_ += passed);
  }

  metrics::Registry registry_;
  records::FramePool frames_;
  source::PartialBudget budget_{1000};
  Plan plan_;
  std::shared_ptr<scan::Scanner> scanner_;
  std::vector<std::shared_ptr<FakeSink>> made_;
  Pipeline pipeline_{registry_, frames_, budget_};
  Pipeline::Time now_{};
};

TEST_F(Pipelines, ARecordGoesToTheSinksThatReadItsSource) {
  add_source("app");
  add_sink("one");
  add_sink("other").inputs = {"another"};
  apply();
  deliver(*pipeline_.find_source("app"));
  EXPECT_FALSE(made_[0]->is_idle());
  EXPECT_TRUE(made_[1]->is_idle());
}

TEST_F(Pipelines, ASinkThatIsTheSameGoesOn) {
  add_source("app");
  add_sink("one");
  apply();
  apply();
  EXPECT_EQ(made_.size(), 1U);
  EXPECT_FALSE(pipeline_.is_ending());
}

TEST_F(Pipelines, ASinkThatTheNextPlanDoesNotNameDeliversWhatItHasAndEnds) {
  add_source("app");
  add_sink("one");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  apply();
  tick_after(1s);
  EXPECT_TRUE(made_[0]->finishing);
  EXPECT_FALSE(made_[0]->stopped);
  made_[0]->let_go();
  tick_after(1s);
  EXPECT_TRUE(made_[0]->stopped);
  EXPECT_FALSE(pipeline_.is_ending());
}

TEST_F(Pipelines, ARetiredSinkIsGivenUpAtItsTime) {
  add_source("app");
  add_sink("one");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  apply();
  tick_after(9s);
  EXPECT_FALSE(made_[0]->stopped);
  tick_after(1s);
  EXPECT_TRUE(made_[0]->stopped);
}

TEST_F(Pipelines, ToOneAddressTheSuccessorStartsBehindTheRetired) {
  add_source("app");
  add_sink("one", "receiver");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  add_sink("two", "receiver");
  add_sink("elsewhere", "other");
  apply();
  EXPECT_FALSE(made_[1]->started);
  EXPECT_TRUE(made_[2]->started);
  made_[0]->let_go();
  tick_after(1s);
  EXPECT_TRUE(made_[1]->started);
}

TEST_F(Pipelines, ASinkThatIsRetiredBeforeItsTurnNeverStarts) {
  add_source("app");
  add_sink("one", "receiver");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  add_sink("two", "receiver");
  apply();
  plan_.settings.sinks.clear();
  apply();
  tick_after(1s);
  EXPECT_TRUE(made_[1]->stopped);
  made_[0]->let_go();
  tick_after(1s);
  EXPECT_FALSE(made_[1]->started);
}

TEST_F(Pipelines, ARetiredSinkWaitsForTheSourcesThatLeave) {
  add_source("app");
  add_sink("one");
  apply();
  const auto session = add_session("app");
  plan_.settings.sources.clear();
  plan_.settings.sinks.clear();
  apply();
  tick_after(1s);
  EXPECT_TRUE(session->draining);
  EXPECT_FALSE(made_[0]->finishing);
  session->end(metrics::Closed::kShutdown);
  tick_after(1s);
  EXPECT_TRUE(made_[0]->stopped);
}

TEST_F(Pipelines, ASessionOfASourceThatLeavesEndsAtItsTime) {
  add_source("app");
  apply();
  const auto session = add_session("app");
  plan_.settings.sources.clear();
  apply();
  tick_after(9s);
  EXPECT_FALSE(session->ended);
  tick_after(1s);
  EXPECT_TRUE(session->ended);
}

/// stdin does so.
TEST_F(Pipelines, WhoMovesAwayBeforeItsSourceLeavesIsNotDrained) {
  add_source("app");
  apply();
  const auto old = pipeline_.find_source("app");
  const auto session = add_session("app");
  plan_.settings.sources[0].name = "renamed";
  const auto none = [](const config::Sink&) { return nullptr; };
  pipeline_.apply(plan_, scanner_, none, now_);
  old->remove(session.get());
  pipeline_.find_source("renamed")->add(session);
  pipeline_.let_leave();
  EXPECT_FALSE(session->draining);
  pipeline_.find_source("renamed")->remove(session.get());
}

TEST_F(Pipelines, TheSelfTestHoldsSourcesOfTheNextPlanToo) {
  add_sink("one");
  apply();
  pipeline_.hold(true);
  add_source("app");
  apply();
  EXPECT_FALSE(pipeline_.find_source("app")->may_read());
  pipeline_.hold(false);
  EXPECT_TRUE(pipeline_.find_source("app")->may_read());
}

TEST_F(Pipelines, ItIsDrainedWhenNoSessionAndNoRecordIsLeft) {
  add_source("app");
  add_sink("one");
  apply();
  const auto session = add_session("app");
  deliver(*pipeline_.find_source("app"));
  pipeline_.drain();
  EXPECT_TRUE(session->draining);
  EXPECT_FALSE(pipeline_.is_drained());
  session->end(metrics::Closed::kShutdown);
  EXPECT_FALSE(pipeline_.is_drained());
  EXPECT_TRUE(made_[0]->finishing);
  made_[0]->let_go();
  EXPECT_TRUE(pipeline_.is_drained());
}

TEST_F(Pipelines, WhatIsLeftAtTheEndIsCountedAlsoOfRetiredSinks) {
  add_source("app");
  add_sink("one");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  add_sink("two");
  apply();
  deliver(*pipeline_.find_source("app"));
  pipeline_.drain();
  EXPECT_EQ(pipeline_.stop(), 6U);
}

TEST_F(Pipelines, WhatARetiredSinkLosesDuringADrainIsCounted) {
  add_source("app");
  add_sink("one");
  apply();
  deliver(*pipeline_.find_source("app"));
  plan_.settings.sinks.clear();
  apply();
  pipeline_.drain();
  tick_after(10s);
  EXPECT_EQ(pipeline_.stop(), 3U);
}

TEST_F(Pipelines, SessionsAreAskedForTheirTime) {
  add_source("app");
  apply();
  const auto session = add_session("app");
  pipeline_.check_sessions(now_ + 5s);
  EXPECT_EQ(session->checked, now_ + 5s);
  session->end(metrics::Closed::kShutdown);
}

TEST_F(Pipelines, FilesAreReopened) {
  add_sink("one");
  apply();
  pipeline_.reopen_files();
  EXPECT_EQ(made_[0]->times_reopened, 1);
}

}  // namespace
}  // namespace cflt::serve::worker
