#include "daemon/serve/sink/sink_state_log.h"

#include <gtest/gtest.h>

namespace cflt::serve::sink {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kNothing = std::nullopt;

class SinkStateLogTest : public testing::Test {
 protected:
  std::optional<std::uint64_t> up() { return log_.admit(true, now_); }
  std::optional<std::uint64_t> down() { return log_.admit(false, now_); }

  SinkStateLog log_;
  SinkStateLog::Time now_{std::chrono::hours(1)};
};

TEST_F(SinkStateLogTest, EachChangeIsToldAtOnceAndStayingIsNot) {
  EXPECT_EQ(down(), 0U);
  EXPECT_EQ(down(), kNothing);
  EXPECT_EQ(up(), 0U);
  EXPECT_EQ(up(), kNothing);
  EXPECT_EQ(down(), 0U);
}

TEST_F(SinkStateLogTest, OneThatStaysDownIsToldOfEachMinute) {
  EXPECT_EQ(down(), 0U);
  now_ += minutes(1) - seconds(1);
  EXPECT_EQ(down(), kNothing);
  now_ += seconds(1);
  EXPECT_EQ(down(), 0U);
  EXPECT_EQ(down(), kNothing);
  now_ += minutes(1);
  EXPECT_EQ(up(), 0U);
  now_ += minutes(5);
  EXPECT_EQ(up(), kNothing);
}

TEST_F(SinkStateLogTest, OfOneThatComesAndGoesSixLinesAMinute) {
  std::uint64_t lines = 0;
  std::uint64_t suppressed = 0;
  constexpr int kRounds = 600;
  for (int round = 0; round < kRounds; ++round) {
    for (const bool is_up : {false, true}) {
      if (const auto line = log_.admit(is_up, now_)) {
        ++lines;
        suppressed += *line;
      }
    }
    now_ += seconds(1);
  }
  EXPECT_EQ(lines, 6U * 10);
  EXPECT_LE(lines + suppressed, 2U * kRounds);
}

TEST_F(SinkStateLogTest, HowItStandsInTheEndIsTold) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(down(), 0U);
    EXPECT_EQ(up(), 0U);
  }
  EXPECT_EQ(down(), kNothing);
  EXPECT_EQ(up(), kNothing);
  EXPECT_EQ(down(), kNothing);
  now_ += minutes(1);
  EXPECT_EQ(down(), 2U);
}

}  // namespace
}  // namespace cflt::serve::sink
