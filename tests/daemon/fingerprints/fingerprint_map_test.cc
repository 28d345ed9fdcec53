#include "daemon/fingerprints/fingerprint_map.h"

#include <gtest/gtest.h>

namespace cflt::fingerprints {
namespace {

constexpr char kPrint[] = "486abc8dc0b58cc5";

TEST(FingerprintMap, NamesTheKeyAndTheOwner) {
  FingerprintMap map;
  EXPECT_TRUE(map.add("486abc8dc0b58cc5 ABCD1234567890AB  team blue \r"));
  EXPECT_EQ(*map.find(kPrint), (Entry{"ABCD1234567890AB", "team blue"}));
  EXPECT_EQ(map.find("0000000000000000"), nullptr);
}

TEST(FingerprintMap, KeyAndOwnerMayBeUnknown) {
  FingerprintMap map;
  EXPECT_TRUE(map.add(kPrint));
  EXPECT_TRUE(map.add("0000000000000000 - -"));
  EXPECT_EQ(*map.find(kPrint), Entry{});
  EXPECT_EQ(*map.find("0000000000000000"), Entry{});
}

TEST(FingerprintMap, EmptyLinesAndCommentsMeanNothing) {
  FingerprintMap map;
  for (const char* line : {"", " \t\r", "# 486abc8dc0b58cc5", "#"}) {
    EXPECT_TRUE(map.add(line)) << line;
  }
  EXPECT_EQ(map.size(), 0U);
}

TEST(FingerprintMap, WhatIsNoFingerprintIsRefusedWithoutAWordOfIt) {
  FingerprintMap map;
  for (const char* line :
       {"486abc8dc0b58cc", "486ABC8DC0B58CC5", "486abc8dc0b58cc5x",
        "486abc8dc0b58cc5 ABCD", "486abc8dc0b58cc5 abcd1234567890ab"}) {
    const auto added = map.add(line);
    ASSERT_FALSE(added.has_value()) << line;
    EXPECT_EQ(added.error().message.find("486"), std::string::npos);
  }
}

TEST(FingerprintMap, TheSameTwiceIsFineAndAnotherNameForItIsNot) {
  FingerprintMap map;
  EXPECT_TRUE(map.add("486abc8dc0b58cc5 - blue"));
  EXPECT_TRUE(map.add("486abc8dc0b58cc5 - blue"));
  EXPECT_FALSE(map.add("486abc8dc0b58cc5 - red"));
}

TEST(FingerprintMap, FilesThatCannotBeReadAreRefused) {
  FingerprintMap map;
  EXPECT_FALSE(map.read("/no/such/file"));
  EXPECT_FALSE(map.read("/bin/sh"));
}

}  // namespace
}  // namespace cflt::fingerprints
