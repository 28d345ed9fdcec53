#include "daemon/serve/log/rate_limiter.h"

#include <gtest/gtest.h>

namespace cflt::serve::log {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class RateLimiterTest : public testing::Test {
 protected:
  std::optional<std::uint64_t> admit(std::string_view key,
                                     std::chrono::seconds at) {
    return limiter_.admit(key, RateLimiter::Time(at));
  }

  RateLimiter limiter_{minutes(1), 3};
};

TEST_F(RateLimiterTest, FirstOnePasses) {
  EXPECT_EQ(admit("a", seconds(0)), 0U);
  EXPECT_EQ(admit("b", seconds(0)), 0U);
}

TEST_F(RateLimiterTest, NextThatPassesTellsHowManyDidNot) {
  admit("a", seconds(0));
  EXPECT_EQ(admit("a", seconds(1)), std::nullopt);
  EXPECT_EQ(admit("a", seconds(59)), std::nullopt);
  EXPECT_EQ(admit("a", seconds(60)), 2U);
  EXPECT_EQ(admit("a", seconds(61)), std::nullopt);
  EXPECT_EQ(admit("a", seconds(300)), 1U);
  EXPECT_EQ(admit("a", seconds(400)), 0U);
}

TEST(LineLimit, NextThatPassesTellsHowManyDidNot) {
  LineLimit limit;
  const auto at = [](int s) { return LineLimit::Time(seconds(s)); };
  EXPECT_EQ(limit.admit(at(0)), 0U);
  EXPECT_EQ(limit.admit(at(1)), std::nullopt);
  EXPECT_EQ(limit.admit(at(59)), std::nullopt);
  EXPECT_EQ(limit.admit(at(60)), 2U);
  EXPECT_EQ(limit.admit(at(61)), std::nullopt);
}

TEST_F(RateLimiterTest, KeysBeyondTheLimitShareOne) {
  for (const char* key : {"a", "b", "c"}) admit(key, seconds(0));
  EXPECT_EQ(admit("d", seconds(1)), 0U);
  EXPECT_EQ(admit("e", seconds(2)), std::nullopt);
  EXPECT_EQ(admit("a", seconds(2)), std::nullopt);
  EXPECT_EQ(limiter_.key_count(), 3U);
}

TEST_F(RateLimiterTest, OldKeysMakeRoom) {
  for (const char* key : {"a", "b", "c"}) admit(key, seconds(0));
  EXPECT_EQ(admit("d", seconds(61)), 0U);
  EXPECT_EQ(admit("e", seconds(61)), 0U);
  EXPECT_EQ(limiter_.key_count(), 2U);
}

TEST_F(RateLimiterTest, WhatWasSuppressedIsNotForgotten) {
  for (const char* key : {"a", "b", "c"}) admit(key, seconds(0));
  admit("a", seconds(1));
  for (const char* key : {"d", "e", "f"}) admit(key, seconds(61));
  EXPECT_EQ(admit("g", seconds(61)), 1U);
}

TEST_F(RateLimiterTest, FloodOfKeysStaysBounded) {
  for (int i = 0; i < 10'000; ++i) admit(std::to_string(i), seconds(i / 100));
  EXPECT_LE(limiter_.key_count(), 3U);
}

TEST_F(RateLimiterTest, LongKeysAreToldApartByTheirBeginning) {
  const std::string tail(10'000, 'x');
  EXPECT_EQ(admit("a" + tail, seconds(0)), 0U);
  EXPECT_EQ(admit("b" + tail, seconds(0)), 0U);
  EXPECT_EQ(admit("a" + tail + "y", seconds(0)), std::nullopt);
}

}  // namespace
}  // namespace cflt::serve::log
