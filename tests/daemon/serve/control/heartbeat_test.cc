#include "daemon/serve/control/heartbeat.h"

#include <gtest/gtest.h>

namespace cflt::serve::control {
namespace {

using namespace std::chrono_literals;

constexpr Heartbeat::Time kBegin{};

TEST(HeartbeatTest, ADaemonThatHasJustBegunIsNotStuck) {
  EXPECT_FALSE(Heartbeat(kBegin).is_stuck(kBegin + 10s));
}

TEST(HeartbeatTest, WorkersThatDoNotAnswerAreStuck) {
  EXPECT_TRUE(Heartbeat(kBegin).is_stuck(kBegin + 10s + 1ns));
}

TEST(HeartbeatTest, AFullBeatBeginsTheTimeAnewAndAsksForTheNext) {
  Heartbeat heartbeat(kBegin);
  const std::uint64_t first = heartbeat.beat();
  heartbeat.all_answered(kBegin + 9s);
  EXPECT_NE(heartbeat.beat(), first);
  EXPECT_FALSE(heartbeat.is_stuck(kBegin + 19s));
}

}  // namespace
}  // namespace cflt::serve::control
