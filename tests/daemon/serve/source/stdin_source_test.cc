#include "daemon/serve/source/stdin_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <string>

#include "daemon/base/descriptor.h"
#include "tests/support/record_harness.h"

namespace cflt::serve::source {
namespace {

/// stdin is a pipe whose other end is `out_`, as long as a test runs.
class StdinSourceTest : public testing::Test {
 protected:
  StdinSourceTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const auto in = base::Descriptor::own(ends[0]);
    out_ = base::Descriptor::own(ends[1]);
    ::dup2(in.get(), STDIN_FILENO);
    config_.type = config::SourceType::kStdin;
    config_.framing = framing::Framing::kNewline;
    source_->configure(config_, test::make_redactor(), {});
    stdin_ =
        std::make_shared<StdinSource>(io_, source_, [this] { ++times_ended_; });
  }
  ~StdinSourceTest() override {
    source_->abandon();
    stdin_->end(metrics::Closed::kShutdown);
    ::dup2(before_.get(), STDIN_FILENO);
  }

  void write(const std::string& bytes) {
    ASSERT_EQ(::write(out_.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Until the source has so many records; it does, or the test hangs.
  void run_until_records(std::uint64_t count) {
    run_until([&] { return source_->counters().records.get() >= count; });
  }
  template <class Condition>
  void run_until(Condition is_so) {
    while (!is_so()) io_.run_one_for(std::chrono::milliseconds(10));
  }
  std::shared_ptr<Source> make_port(const std::string& name) {
    auto source = std::make_shared<Source>(name, registry_, pool_, budget_);
    source->configure(config_, test::make_redactor(), {});
    return source;
  }

  base::Descriptor before_ =
      base::Descriptor::own(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  base::Descriptor out_;
  boost::asio::io_context io_;
  // The reader's thread posts to it, and there may be nothing else.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_{io_.get_executor()};
  metrics::Registry registry_;
  records::FramePool pool_;
  PartialBudget budget_{1 << 20};
  config::Source config_;
  std::shared_ptr<Source> source_ =
      std::make_shared<Source>("app", registry_, pool_, budget_);
  std::shared_ptr<StdinSource> stdin_;
  int times_ended_ = 0;
};

TEST_F(StdinSourceTest, EndsWithItsWriterAndWhatIsLeftIsARecord) {
  stdin_->start();
  write("one\ntwo");
  run_until_records(1);
  out_ = {};
  run_until([this] { return times_ended_ > 0; });
  EXPECT_EQ(source_->counters().records.get(), 2U);
  EXPECT_FALSE(source_->has_sessions());
}

TEST_F(StdinSourceTest, DrainedReadsWhatWaitsAndDoesNotSayThatStdinHasEnded) {
  write("one\ntwo\n");
  stdin_->start();
  stdin_->drain();
  run_until([this] { return !source_->has_sessions(); });
  EXPECT_EQ(source_->counters().records.get(), 2U);
  EXPECT_EQ(times_ended_, 0);
}

TEST_F(StdinSourceTest, TakesNothingWhileThePortMayNotRead) {
  source_->hold(true);
  stdin_->start();
  write("one\n");
  io_.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(source_->counters().records.get(), 0U);
  source_->hold(false);
  run_until_records(1);
}

TEST_F(StdinSourceTest, ARecordThatHasBegunGoesOnInTheNextSource) {
  stdin_->start();
  write("one\ntw");
  run_until_records(1);
  stdin_->move_to(nullptr);
  EXPECT_FALSE(source_->has_sessions());
  source_ = make_port("next");
  stdin_->move_to(source_);
  write("o\n");
  run_until_records(1);
  EXPECT_EQ(source_->counters().partial.get(), 0U);
}

TEST_F(StdinSourceTest, DrainedWithoutASourceItEndsAtOnce) {
  stdin_->start();
  write("one\n");
  run_until_records(1);
  stdin_->move_to(nullptr);
  stdin_->drain();
  stdin_->move_to(source_);  // too late
  EXPECT_FALSE(source_->has_sessions());
}

}  // namespace
}  // namespace cflt::serve::source
