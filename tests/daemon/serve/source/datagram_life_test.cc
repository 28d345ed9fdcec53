#include "daemon/serve/source/datagram_life.h"

#include <gtest/gtest.h>

namespace cflt::serve::source {
namespace {

using Next = DatagramLife::Next;
using Turned = DatagramLife::Turned;

TEST(DatagramLife, WaitsBehindATurnThatLeftNothing) {
  const DatagramLife life;
  EXPECT_TRUE(life.waits_for_datagrams());
  EXPECT_EQ(life.after_turn(Turned::kEmpty), Next::kWait);
  EXPECT_EQ(life.after_turn(Turned::kTaken), Next::kWait);
}

TEST(DatagramLife, GoesOnWithWhatItHolds) {
  const DatagramLife life;
  EXPECT_EQ(life.after_turn(Turned::kHolds), Next::kTurnSoon);
}

TEST(DatagramLife, ThatFailsIsTriedAgain) {
  DatagramLife life;
  EXPECT_EQ(life.fail(), Next::kRetry);
  EXPECT_FALSE(life.takes_turns());
  EXPECT_EQ(life.after_turn(Turned::kEmpty), Next::kNothing);
  EXPECT_EQ(life.retry(), Next::kWait);
  EXPECT_TRUE(life.waits_for_datagrams());
}

TEST(DatagramLife, DrainedReadsUntilNothingIsLeft) {
  DatagramLife life;
  EXPECT_EQ(life.drain(), Next::kTurnSoon);
  EXPECT_FALSE(life.waits_for_datagrams());
  EXPECT_TRUE(life.takes_turns());
  EXPECT_EQ(life.after_turn(Turned::kTaken), Next::kTurnSoon);
  EXPECT_EQ(life.after_turn(Turned::kHolds), Next::kTurnSoon);
  EXPECT_EQ(life.after_turn(Turned::kEmpty), Next::kEnd);
}

TEST(DatagramLife, DrainedReadsSoOftenAtMost) {
  DatagramLife life;
  life.drain();
  for (int i = 0; i < DatagramLife::kLastReads; ++i) {
    EXPECT_TRUE(life.begin_read());
  }
  EXPECT_FALSE(life.begin_read());
}

TEST(DatagramLife, ReadsBeforeADrainAreNotCounted) {
  DatagramLife life;
  for (int i = 0; i <= DatagramLife::kLastReads; ++i) {
    EXPECT_TRUE(life.begin_read());
  }
  life.drain();
  EXPECT_TRUE(life.begin_read());
}

TEST(DatagramLife, DrainedWhereItHadFailedIsReadAtOnceAndNotTriedAgain) {
  DatagramLife life;
  life.fail();
  EXPECT_EQ(life.drain(), Next::kTurnSoon);
  EXPECT_EQ(life.retry(), Next::kNothing);
  EXPECT_TRUE(life.takes_turns());
}

TEST(DatagramLife, ThatFailsWhileItIsDrainedEnds) {
  DatagramLife life;
  life.drain();
  EXPECT_EQ(life.fail(), Next::kEnd);
}

TEST(DatagramLife, EndsOnceAndDoesNothingAfterwards) {
  DatagramLife life;
  EXPECT_TRUE(life.end());
  EXPECT_FALSE(life.end());
  EXPECT_FALSE(life.takes_turns());
  EXPECT_EQ(life.after_turn(Turned::kHolds), Next::kNothing);
  EXPECT_EQ(life.fail(), Next::kNothing);
  EXPECT_EQ(life.retry(), Next::kNothing);
  EXPECT_EQ(life.drain(), Next::kNothing);
}

}  // namespace
}  // namespace cflt::serve::source
