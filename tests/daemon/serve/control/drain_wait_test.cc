#include "daemon/serve/control/drain_wait.h"

#include <gtest/gtest.h>

namespace cflt::serve::control {
namespace {

using std::chrono::seconds;
using Action = DrainWait::Action;
using Why = DrainWait::Why;

/// The time-out is ten seconds.
class DrainWaitTest : public testing::Test {
 protected:
  Action end(Why why, int at) {
    return wait_.end(why, seconds(10), DrainWait::Time(seconds(at)));
  }
  Action look(std::uint64_t taken, int at) {
    return wait_.look(taken, DrainWait::Time(seconds(at)));
  }

  DrainWait wait_;
};

TEST_F(DrainWaitTest, AfterTheEndOfInputItWaitsAsLongAsSinksTakeSomething) {
  EXPECT_EQ(end(Why::kEndOfInput, 100), Action::kBegin);
  for (int i = 1; i < 50; ++i) {
    EXPECT_EQ(look(static_cast<unsigned>(i), 100 + 9 * i), Action::kWait);
  }
}

TEST_F(DrainWaitTest, AfterTheEndOfInputItGivesUpWhenNothingWasTaken) {
  end(Why::kEndOfInput, 100);
  EXPECT_EQ(look(7, 105), Action::kWait);
  EXPECT_EQ(look(7, 114), Action::kWait);
  EXPECT_EQ(look(7, 115), Action::kGiveUp);
}

TEST_F(DrainWaitTest, AfterASignalTheTimeoutIsTheLimitWhateverIsTaken) {
  EXPECT_EQ(end(Why::kSignal, 100), Action::kBegin);
  EXPECT_EQ(look(1, 109), Action::kWait);
  EXPECT_EQ(look(2, 110), Action::kGiveUp);
}

TEST_F(DrainWaitTest, ASignalAfterTheEndOfInputGivesTheTimeoutOnce) {
  end(Why::kEndOfInput, 100);
  EXPECT_EQ(look(1, 150), Action::kWait);
  EXPECT_EQ(end(Why::kSignal, 151), Action::kWait);
  EXPECT_EQ(look(2, 160), Action::kWait);
  EXPECT_EQ(look(3, 161), Action::kGiveUp);
}

TEST_F(DrainWaitTest, ASecondSignalIsTheEnd) {
  end(Why::kSignal, 100);
  EXPECT_EQ(end(Why::kSignal, 101), Action::kGiveUp);
}

TEST_F(DrainWaitTest, WhatElseEndsAfterASignalGivesNoMoreTime) {
  end(Why::kSignal, 100);
  EXPECT_EQ(end(Why::kEndOfInput, 109), Action::kWait);
  EXPECT_EQ(end(Why::kNoReader, 109), Action::kWait);
  EXPECT_EQ(look(1, 110), Action::kGiveUp);
}

TEST_F(DrainWaitTest, WithoutAReaderASignalIsTheEnd) {
  EXPECT_EQ(end(Why::kNoReader, 100), Action::kBegin);
  EXPECT_EQ(end(Why::kSignal, 101), Action::kGiveUp);
}

}  // namespace
}  // namespace cflt::serve::control
