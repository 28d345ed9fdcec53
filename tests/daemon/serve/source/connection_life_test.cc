#include "daemon/serve/source/connection_life.h"

#include <gtest/gtest.h>

namespace cflt::serve::source {
namespace {

using Next = ConnectionLife::Next;

TEST(ConnectionLife, WaitsForBytesBehindEachRead) {
  ConnectionLife life;
  EXPECT_EQ(life.after_read(true), Next::kWait);
  EXPECT_EQ(life.after_read(false), Next::kWait);
}

TEST(ConnectionLife, ReadsOnWhenASinkHasRoom) {
  ConnectionLife life;
  life.park();
  EXPECT_TRUE(life.is_parked());
  EXPECT_EQ(life.resume(), Next::kReadSoon);
  EXPECT_FALSE(life.is_parked());
  EXPECT_EQ(life.after_read(true), Next::kWait);
}

TEST(ConnectionLife, DrainedReadsUntilNothingIsLeft) {
  ConnectionLife life;
  EXPECT_EQ(life.drain(), Next::kReadSoon);
  EXPECT_EQ(life.after_read(true), Next::kReadSoon);
  EXPECT_EQ(life.after_read(false), Next::kEnd);
}

TEST(ConnectionLife, DrainedOfASenderWhoGoesOnEndsAfterSoManyReads) {
  ConnectionLife life;
  life.drain();
  for (int i = 1; i < ConnectionLife::kLastReads; ++i) {
    EXPECT_EQ(life.after_read(true), Next::kReadSoon);
  }
  EXPECT_EQ(life.after_read(true), Next::kEnd);
}

TEST(ConnectionLife, DrainedWhileParkedGoesOnWhenASinkHasRoom) {
  ConnectionLife life;
  life.park();
  EXPECT_EQ(life.drain(), Next::kNothing);
  EXPECT_TRUE(life.is_parked());
  EXPECT_EQ(life.resume(), Next::kReadSoon);
  EXPECT_EQ(life.after_read(false), Next::kEnd);
}

TEST(ConnectionLife, ParkedWhileDrainedStaysDrained) {
  ConnectionLife life;
  life.drain();
  life.park();
  EXPECT_TRUE(life.is_parked());
  EXPECT_EQ(life.resume(), Next::kReadSoon);
  EXPECT_EQ(life.after_read(false), Next::kEnd);
}

TEST(ConnectionLife, IsDrainedOnce) {
  ConnectionLife life;
  life.drain();
  EXPECT_EQ(life.drain(), Next::kNothing);
}

TEST(ConnectionLife, EndsOnceAndDoesNothingAfterwards) {
  ConnectionLife life;
  EXPECT_TRUE(life.end());
  EXPECT_FALSE(life.end());
  life.park();
  EXPECT_FALSE(life.is_parked());
  EXPECT_EQ(life.resume(), Next::kNothing);
  EXPECT_EQ(life.drain(), Next::kNothing);
  EXPECT_EQ(life.after_read(true), Next::kNothing);
}

TEST(ConnectionLife, IsClosedOnceAlsoWhereItHasEnded) {
  ConnectionLife life;
  life.end();
  EXPECT_TRUE(life.close());
  EXPECT_FALSE(life.close());
}

TEST(ConnectionLife, ClosedAtOnceHasEnded) {
  ConnectionLife life;
  EXPECT_TRUE(life.close());
  EXPECT_TRUE(life.has_ended());
  EXPECT_FALSE(life.end());
}

}  // namespace
}  // namespace cflt::serve::source
