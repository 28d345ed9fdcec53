#include "daemon/serve/sink/read_pacing.h"

#include <gtest/gtest.h>

#include "core/records/frames.h"

namespace cflt::serve::sink {
namespace {

constexpr std::size_t kWarm = ReadPacing::kWarmBytes;
constexpr std::size_t kBlock = records::kBlockBytes;

TEST(ReadPacing, AShortQueueIsFilledWithoutAPause) {
  const ReadPacing pacing;
  EXPECT_FALSE(pacing.is_behind(kWarm - 1));
  EXPECT_TRUE(pacing.is_behind(kWarm));
}

TEST(ReadPacing, ABlockIsReadAfterEachPause) {
  ReadPacing pacing;
  for (int i = 0; i < 3; ++i) {
    pacing.end_pause();
    pacing.pushed(kBlock - 1);
    EXPECT_FALSE(pacing.is_behind(kWarm));
    pacing.pushed(1);
    EXPECT_TRUE(pacing.is_behind(kWarm));
  }
}

TEST(ReadPacing, WhatIsPushedInAPauseIsNoDebt) {
  ReadPacing pacing;
  pacing.pushed(kBlock);
  pacing.end_pause();
  EXPECT_FALSE(pacing.is_behind(kWarm));
}

TEST(ReadPacing, MoreThanABlockIsNoDebt) {
  ReadPacing pacing;
  pacing.end_pause();
  pacing.pushed(3 * kBlock);
  EXPECT_TRUE(pacing.is_behind(kWarm));
  pacing.end_pause();
  EXPECT_FALSE(pacing.is_behind(kWarm));
}

TEST(ReadPacing, TwoPausesDoNotAllowTwoBlocks) {
  ReadPacing pacing;
  pacing.end_pause();
  pacing.end_pause();
  pacing.pushed(kBlock);
  EXPECT_TRUE(pacing.is_behind(kWarm));
}

TEST(ReadPacing, OnePauseIsForAllThatWait) {
  ReadPacing pacing;
  EXPECT_TRUE(pacing.begin_pause());
  EXPECT_FALSE(pacing.begin_pause());
  pacing.end_pause();
  EXPECT_TRUE(pacing.begin_pause());
}

}  // namespace
}  // namespace cflt::serve::sink
