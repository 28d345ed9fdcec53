#include "daemon/serve/source/session_clock.h"

#include <gtest/gtest.h>

namespace cflt::serve::source {
namespace {

using std::chrono::seconds;
using Action = SessionClock::Action;
using Held = SessionClock::Held;

SessionClock::Time at(int second) {
  return SessionClock::Time(seconds(second));
}

/// It begins at second 100; a record may take 10 s, a silence 30 s.
class SessionClockTest : public testing::Test {
 protected:
  Action look(Held held, int second) {
    return clock_.look(timeouts_, held, at(second));
  }

  SessionClock::Timeouts timeouts_{seconds(30), seconds(10)};
  SessionClock clock_{at(100)};
};

TEST_F(SessionClockTest, ASilenceEndsItAfterTheIdleTimeout) {
  EXPECT_EQ(look(Held::kNothing, 129), Action::kNothing);
  EXPECT_EQ(look(Held::kNothing, 130), Action::kEndIdle);
}

TEST_F(SessionClockTest, EachReadBeginsTheIdleTimeoutAnew) {
  clock_.read(at(120));
  EXPECT_EQ(look(Held::kNothing, 149), Action::kNothing);
  EXPECT_EQ(look(Held::kNothing, 150), Action::kEndIdle);
}

TEST_F(SessionClockTest, ARecordIsReleasedAfterTheRecordTimeout) {
  clock_.begin_record(at(105));
  EXPECT_EQ(look(Held::kRecord, 114), Action::kNothing);
  EXPECT_EQ(look(Held::kRecord, 115), Action::kReleaseRecord);
}

TEST_F(SessionClockTest, TheRestOfAReleasedRecordHasARecordTimeoutOfItsOwn) {
  clock_.begin_record(at(115));
  EXPECT_EQ(look(Held::kRecord, 124), Action::kNothing);
  EXPECT_EQ(look(Held::kRecord, 125), Action::kReleaseRecord);
}

TEST_F(SessionClockTest, ARecordThatComesSlowlyIsReleasedAllTheSame) {
  clock_.read(at(109));
  EXPECT_EQ(look(Held::kRecord, 110), Action::kReleaseRecord);
}

TEST_F(SessionClockTest, ACountedRecordOfWhichNothingComesEndsIt) {
  EXPECT_EQ(look(Held::kCounted, 109), Action::kNothing);
  EXPECT_EQ(look(Held::kCounted, 110), Action::kEndRecord);
}

TEST_F(SessionClockTest, ACountedRecordThatComesSlowlyIsReleased) {
  clock_.read(at(109));
  EXPECT_EQ(look(Held::kCounted, 118), Action::kReleaseRecord);
  EXPECT_EQ(look(Held::kCounted, 119), Action::kEndRecord);
}

TEST_F(SessionClockTest, ARecordThatTimesOutGoesBeforeTheIdleTimeout) {
  EXPECT_EQ(look(Held::kRecord, 200), Action::kReleaseRecord);
}

TEST_F(SessionClockTest, WhatIsIdleWithARecordEndsBeforeALongerRecordTimeout) {
  timeouts_.record = seconds(60);
  EXPECT_EQ(look(Held::kRecord, 130), Action::kEndIdle);
}

TEST_F(SessionClockTest, APauseOfOursBeginsAllTimesAnew) {
  clock_.begin_anew(at(200));
  EXPECT_EQ(look(Held::kCounted, 209), Action::kNothing);
  EXPECT_EQ(look(Held::kCounted, 210), Action::kEndRecord);
  EXPECT_EQ(look(Held::kNothing, 229), Action::kNothing);
}

TEST_F(SessionClockTest, ZeroIsNever) {
  timeouts_ = {};
  EXPECT_EQ(look(Held::kNothing, 1'000'000), Action::kNothing);
  EXPECT_EQ(look(Held::kCounted, 1'000'000), Action::kNothing);
}

}  // namespace
}  // namespace cflt::serve::source
