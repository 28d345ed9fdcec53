#include "daemon/serve/sink/room_queue.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace cflt::serve::sink {
namespace {

/// A buffer of 100 bytes. Sources write their index when they are woken.
class RoomQueueTest : public testing::Test {
 protected:
  RoomQueueTest() { room_.add_source(3); }

  using Sources = std::initializer_list<std::uint16_t>;

  void push(Sources sources) {
    for (const std::uint16_t source : sources) room_.pushed(source);
  }
  void wait(Sources sources) {
    for (const std::uint16_t source : sources) {
      room_.wait(source, [this, source] { woken_ += std::to_string(source); });
    }
  }
  bool is_stuck(int at) {
    return room_.is_stuck(RoomQueue::Time(std::chrono::seconds(at)));
  }

  RoomQueue room_{100};
  std::string woken_;
};

TEST_F(RoomQueueTest, ItIsFullFromItsMaximumOn) {
  EXPECT_FALSE(room_.is_full(99));
  EXPECT_TRUE(room_.is_full(100));
  EXPECT_TRUE(room_.is_full(101));
}

TEST_F(RoomQueueTest, ItHasRoomUpToThreeQuarters) {
  EXPECT_TRUE(room_.has_room(75));
  EXPECT_FALSE(room_.has_room(76));
}

TEST_F(RoomQueueTest, AReloadSetsTheMaximum) {
  room_.set_max_bytes(200);
  EXPECT_FALSE(room_.is_full(199));
  EXPECT_TRUE(room_.has_room(150));
}

TEST_F(RoomQueueTest, WhoHasPushedNothingForLongestIsWokenFirst) {
  push({2, 0, 1, 2});
  wait({2, 1, 0});
  room_.wake();
  EXPECT_EQ(woken_, "012");
}

TEST_F(RoomQueueTest, WhoHasNeverPushedIsWokenBeforeAllOthers) {
  push({1});
  wait({1, 3});
  room_.wake();
  EXPECT_EQ(woken_, "31");
}

TEST_F(RoomQueueTest, WhoHasNotPushedIsWokenInTheOrderOfWaiting) {
  std::string order;
  for (int i = 0; i < 5; ++i, order += "3120") wait({3, 1, 2, 0});
  room_.wake();
  EXPECT_EQ(woken_, order);
}

TEST_F(RoomQueueTest, WhoWaitsAgainWhenItIsWokenIsWokenByTheNextCall) {
  room_.wait(1, [this] { wait({1}); });
  room_.wake();
  EXPECT_EQ(woken_, "");
  EXPECT_TRUE(room_.has_waiting());
  room_.wake();
  EXPECT_EQ(woken_, "1");
  EXPECT_FALSE(room_.has_waiting());
}

TEST_F(RoomQueueTest, ASourceThatWaitsTenSecondsForNothingIsStuck) {
  wait({1});
  EXPECT_FALSE(is_stuck(100));
  EXPECT_FALSE(is_stuck(109));
  EXPECT_TRUE(is_stuck(110));
  EXPECT_TRUE(is_stuck(111));
}

TEST_F(RoomQueueTest, WhoWaitsForASinkThatDeliversIsNotStuck) {
  wait({1});
  EXPECT_FALSE(is_stuck(100));
  room_.delivered();
  EXPECT_FALSE(is_stuck(110));
  EXPECT_TRUE(is_stuck(120));
}

TEST_F(RoomQueueTest, NobodyIsStuckWhereNobodyWaits) {
  EXPECT_FALSE(is_stuck(100));
  EXPECT_FALSE(is_stuck(110));
  wait({1});
  EXPECT_FALSE(is_stuck(110));
  room_.wake();
  EXPECT_FALSE(is_stuck(120));
  wait({1});
  EXPECT_FALSE(is_stuck(121));
}

}  // namespace
}  // namespace cflt::serve::sink
