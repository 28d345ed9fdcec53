#include "daemon/serve/source/turn.h"

#include <gtest/gtest.h>

namespace cflt::serve::source {
namespace {

constexpr Turn::Time kBegin(std::chrono::seconds(100));

TEST(Turn, IsOverWhenItsTimeIsUp) {
  const Turn turn(kBegin);
  EXPECT_FALSE(turn.is_over(kBegin));
  EXPECT_FALSE(turn.is_over(kBegin + Turn::kMaxTime / 2));
  EXPECT_TRUE(turn.is_over(kBegin + Turn::kMaxTime));
}

TEST(Turn, IsOverAfterSoManyReads) {
  Turn turn(kBegin);
  for (int i = 0; i < Turn::kMaxReads; ++i) {
    EXPECT_FALSE(turn.is_over(kBegin));
    turn.read(1);
  }
  EXPECT_TRUE(turn.is_over(kBegin));
}

TEST(Turn, IsOverAfterSoManyBytes) {
  Turn turn(kBegin);
  turn.read(Turn::kMaxBytes);
  EXPECT_TRUE(turn.is_over(kBegin));
}

}  // namespace
}  // namespace cflt::serve::source
