#include "daemon/serve/sink/write_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/record_harness.h"

namespace cflt::serve::sink {
namespace {

class WriteQueueTest : public testing::Test {
 protected:
  void push(const std::string& name) {
    queue_.push({test::batches_of({name}, pool_)[0],
                 [this, name](const records::Progress&) { written_ = name; }});
  }
  /// The name of the item that is next.
  std::string next() {
    const auto item = queue_.next();
    if (!item) return "none";
    EXPECT_EQ(item->batch.records().size(), 1U);
    item->written({});
    return written_;
  }
  /// What next() has waited for, when `act` has been called meanwhile.
  template <class Act>
  std::string next_while(const Act& act) {
    std::string name;
    std::thread writer([&] { name = next(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    act();
    writer.join();
    return name;
  }

  WriteQueue queue_;
  records::FramePool pool_;
  std::string written_;
};

TEST_F(WriteQueueTest, ItemsComeInTheOrderOfPush) {
  push("one");
  push("two");
  EXPECT_EQ(next(), "one");
  EXPECT_EQ(next(), "two");
}

TEST_F(WriteQueueTest, AnEmptyQueueAsksToReopenOnce) {
  queue_.ask_to_reopen();
  queue_.ask_to_reopen();
  EXPECT_EQ(next(), "none");
  EXPECT_TRUE(queue_.take_reopen());
  EXPECT_FALSE(queue_.take_reopen());
}

TEST_F(WriteQueueTest, AnItemDoesNotWaitForTheFileToBeReopened) {
  push("one");
  queue_.ask_to_reopen();
  EXPECT_EQ(next(), "one");
  EXPECT_TRUE(queue_.take_reopen());
}

TEST_F(WriteQueueTest, AStoppedQueueGivesNoItem) {
  push("one");
  EXPECT_FALSE(queue_.is_stopped());
  queue_.stop();
  EXPECT_TRUE(queue_.is_stopped());
  EXPECT_EQ(next(), "none");
}

TEST_F(WriteQueueTest, TheWriterIsWokenByAnItem) {
  EXPECT_EQ(next_while([this] { push("one"); }), "one");
}

TEST_F(WriteQueueTest, TheWriterIsWokenToReopen) {
  EXPECT_EQ(next_while([this] { queue_.ask_to_reopen(); }), "none");
  EXPECT_TRUE(queue_.take_reopen());
}

TEST_F(WriteQueueTest, TheWriterIsWokenByTheStop) {
  EXPECT_EQ(next_while([this] { queue_.stop(); }), "none");
}

TEST_F(WriteQueueTest, APauseEndsAtTheStopWhateverItsLength) {
  std::thread writer([this] { queue_.pause(std::chrono::hours(1)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  queue_.stop();
  writer.join();
}

TEST_F(WriteQueueTest, APauseIsNotEndedByAnItem) {
  const auto start = std::chrono::steady_clock::now();
  std::thread writer([this] { queue_.pause(std::chrono::milliseconds(50)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  push("one");
  writer.join();
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace cflt::serve::sink
