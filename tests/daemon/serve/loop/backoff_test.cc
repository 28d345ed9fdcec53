#include "daemon/serve/loop/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace cflt::serve::loop {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DelayDoublesUpToTheMaximum) {
  Backoff backoff(milliseconds(100), milliseconds(350));
  for (const int delay : {100, 200, 350, 350, 350}) {
    const auto waits = backoff.next().count();
    EXPECT_GE(waits, delay / 2);
    EXPECT_LE(waits, delay);
  }
}

TEST(Backoff, ResetBeginsAnew) {
  Backoff backoff(milliseconds(10), milliseconds(10'000));
  for (int i = 0; i < 20; ++i) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), milliseconds(10));
}

TEST(Backoff, ManyDoNotComeAtOnce) {
  std::set<milliseconds> waits;
  for (int i = 0; i < 50; ++i) {
    waits.insert(Backoff(milliseconds(100'000), milliseconds(100'000)).next());
  }
  EXPECT_GT(waits.size(), 40U);
}

}  // namespace
}  // namespace cflt::serve::loop
