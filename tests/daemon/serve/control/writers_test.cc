#include "daemon/serve/control/writers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/support/record_harness.h"

namespace cflt::serve::control {
namespace {

class WritersTest : public testing::Test {
 protected:
  WritersTest() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~WritersTest() override { std::filesystem::remove_all(folder_); }

  config::Sink file_sink(const std::string& name, const std::string& file) {
    config::Sink sink;
    sink.name = name;
    sink.type = config::SinkType::kFile;
    sink.path = folder_ + "/" + file;
    return sink;
  }
  worker::FileWriters apply(const std::vector<config::Sink>& sinks) {
    return writers_.commit(writers_.prepare(sinks).value());
  }
  /// A thread ends soon; the test ends in any case.
  void join_until(std::size_t count) {
    for (int i = 0; i < 5000 && writers_.count() != count; ++i) {
      writers_.end_unused();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(writers_.count(), count);
  }

  std::string folder_ = testing::TempDir() + "cflt-redact-XXXXXX";
  std::atomic<int> times_unused_ = 0;
  Writers writers_{[] {}, [this] { ++times_unused_; }};
};

TEST_F(WritersTest, OneThatServesTheSinkGoesOn) {
  const auto first = apply({file_sink("one", "log")});
  const auto second = apply({file_sink("one", "log")});
  EXPECT_EQ(first.at("one"), second.at("one"));
  EXPECT_EQ(writers_.count(), 1U);
}

TEST_F(WritersTest, ASinkOfAnotherTypeNeedsNone) {
  EXPECT_TRUE(apply({config::Sink()}).empty());
}

TEST_F(WritersTest, ARefusedReloadLeavesNoFileAndNoThread) {
  apply({file_sink("one", "log")});
  {
    const auto refused = writers_.prepare({file_sink("two", "new")});
    EXPECT_TRUE(std::filesystem::exists(folder_ + "/new"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/new"));
  join_until(1);
}

TEST_F(WritersTest, AFileThatCannotBeOpenedIsRefusedByItsSinksName) {
  const auto refused = writers_.prepare({file_sink("one", "none/log")});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message.find("sink one: "), 0U);
}

TEST_F(WritersTest, OneThatIsNotNamedAnyMoreEndsWhenItsLastSinkLetsGo) {
  auto held = apply({file_sink("one", "log")});
  apply({});
  writers_.end_unused();
  EXPECT_EQ(writers_.count(), 1U);
  held.clear();
  join_until(0);
}

TEST_F(WritersTest, ThatNobodyUsesOneIsToldOnce) {
  auto held = apply({file_sink("one", "log")});
  apply({});
  EXPECT_EQ(times_unused_, 0);
  held.clear();
  EXPECT_EQ(times_unused_, 1);
}

/// The reader of a pipe does not read, and goes on holding it.
TEST_F(WritersTest, OneThatBlocksInAWriteEndsToo) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const auto reader = base::Descriptor::own(ends[0]);
  const auto saved = base::Descriptor::own(::dup(STDOUT_FILENO));
  ::dup2(ends[1], STDOUT_FILENO);
  ::close(ends[1]);
  config::Sink sink;
  sink.type = config::SinkType::kStdout;
  auto held = apply({sink});
  records::FramePool pool;
  auto batches = test::batches_of({std::string(4'000'000, 'x')}, pool);
  held.at("")->hand_over(std::move(batches[0]), [](const auto&) {});
  while (held.at("")->take_written_bytes() == 0) held.at("")->tell_progress();
  apply({});
  held.clear();
  join_until(0);
  ::dup2(saved.get(), STDOUT_FILENO);
}

TEST_F(WritersTest, AtTheEndAllEndThoughSinksHoldThem) {
  const auto held = apply({file_sink("one", "log")});
  writers_.end();
  EXPECT_TRUE(held.at("one")->life().expired());
}

}  // namespace
}  // namespace cflt::serve::control
