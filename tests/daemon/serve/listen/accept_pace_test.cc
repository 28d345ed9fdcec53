#include "daemon/serve/listen/accept_pace.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace cflt::serve::listen {
namespace {

using Next = AcceptPace::Next;

/// Connections that are accepted before others have their turn.
int accepted_in_turn(AcceptPace& pace) {
  int count = 1;
  while (pace.next(Accepted::kOne) == Next::kAccept) ++count;
  return count;
}

TEST(AcceptPace, WaitsWhereNobodyElseDoes) {
  AcceptPace pace;
  EXPECT_EQ(pace.next(Accepted::kOne), Next::kAccept);
  EXPECT_EQ(pace.next(Accepted::kNone), Next::kWait);
  EXPECT_EQ(pace.pauses(), 0U);
}

TEST(AcceptPace, EachTurnIsAsLong) {
  AcceptPace pace;
  EXPECT_EQ(accepted_in_turn(pace), AcceptPace::kAcceptedInTurn);
  EXPECT_EQ(accepted_in_turn(pace), AcceptPace::kAcceptedInTurn);
}

TEST(AcceptPace, AWaitOrAPauseEndsATurn) {
  for (const Accepted end : {Accepted::kNone, Accepted::kNotNow}) {
    AcceptPace pace;
    pace.next(Accepted::kOne);
    pace.next(end);
    EXPECT_EQ(accepted_in_turn(pace), AcceptPace::kAcceptedInTurn);
  }
}

TEST(AcceptPace, PausesAndCountsItWhereDescriptorsRunOut) {
  AcceptPace pace;
  EXPECT_EQ(pace.next(Accepted::kNotNow), Next::kPause);
  EXPECT_EQ(pace.next(Accepted::kNotNow), Next::kPause);
  EXPECT_EQ(pace.pauses(), 2U);
}

TEST(Accepted, IsNotNowWhereTheMachineHasNoMore) {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_EQ(accepted_of_error(error), Accepted::kNotNow) << error;
  }
}

TEST(Accepted, IsNoneWhereNobodyWaits) {
  EXPECT_EQ(accepted_of_error(EAGAIN), Accepted::kNone);
}

TEST(Accepted, IsOneThatIsGoneWhateverElseHappened) {
  for (const int error : {ECONNABORTED, EPROTO, EPERM, EINTR, ENETDOWN}) {
    EXPECT_EQ(accepted_of_error(error), Accepted::kOne) << error;
  }
}

TEST(SpareDescriptors, AreSixteenOfMany) {
  EXPECT_TRUE(leaves_spare_descriptors(1007, 1024));
  EXPECT_FALSE(leaves_spare_descriptors(1008, 1024));
}

TEST(SpareDescriptors, AreAQuarterOfFew) {
  EXPECT_TRUE(leaves_spare_descriptors(23, 32));
  EXPECT_FALSE(leaves_spare_descriptors(24, 32));
}

}  // namespace
}  // namespace cflt::serve::listen
