#include "config/values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cflt::config {
namespace {

using std::chrono::milliseconds;

/// 0 for what is no size.
std::uint64_t size(std::string_view text) {
  const auto result = parse_size(text, 1, UINT64_MAX);
  return result ? *result : 0;
}

milliseconds duration(std::string_view text) {
  const auto result = parse_duration(text, milliseconds(0));
  return result ? *result : milliseconds(-1);
}

TEST(Size, BinaryUnitsArePowersOf1024) {
  for (const char* text : {"64KiB", "64kib", "64Ki", "64k", "64K"}) {
    EXPECT_EQ(size(text), 65536U) << text;
  }
  EXPECT_EQ(size("1MiB"), 1U << 20);
  EXPECT_EQ(size("1m"), 1U << 20);
  EXPECT_EQ(size("2G"), std::uint64_t{2} << 30);
  EXPECT_EQ(size("1TiB"), std::uint64_t{1} << 40);
}

TEST(Size, UnitsWithBAloneArePowersOf1000) {
  EXPECT_EQ(size("10kB"), 10'000U);
  EXPECT_EQ(size("10KB"), 10'000U);
  EXPECT_EQ(size("1MB"), 1'000'000U);
}

TEST(Size, BareNumberIsBytes) {
  EXPECT_EQ(size("1024"), 1024U);
  EXPECT_EQ(size("1024B"), 1024U);
}

TEST(Size, OtherTextIsNone) {
  for (const char* text : {"", "k", "-1", "+1", "1.5k", "1 k", "0x10", "1_000",
                           "010", "1kk", "1KiBs", "1e3"}) {
    EXPECT_EQ(size(text), 0U) << text;
  }
}

TEST(Size, TooLargeForAnythingIsOutOfRange) {
  const auto result = parse_size("18446744073709551615k", 1, UINT64_MAX - 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(parse_size("99999999999999999999", 1, 10).error().text,
            "99999999999999999999 is not a size, such as 1000, 64KiB or 1MiB");
}

TEST(Size, TextIsExact) {
  EXPECT_EQ(size_text(65536), "64KiB");
  EXPECT_EQ(size_text(std::uint64_t{3} << 30), "3GiB");
  EXPECT_EQ(size_text(1000), "1000");
  EXPECT_EQ(size_text(1025), "1025");
  EXPECT_EQ(size_text(0), "0");
}

TEST(Duration, NeedsAUnit) {
  EXPECT_EQ(duration("100ms"), milliseconds(100));
  EXPECT_EQ(duration("10s"), milliseconds(10'000));
  EXPECT_EQ(duration("5m"), milliseconds(300'000));
  EXPECT_EQ(duration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(duration("0s"), milliseconds(0));
  for (const char* text : {"", "10", "0", "1M", "1min", "1.5s", "1m30s", "s"}) {
    EXPECT_EQ(duration(text), milliseconds(-1)) << text;
  }
}

TEST(Duration, EndsAtADay) {
  EXPECT_EQ(duration("24h"), milliseconds(86'400'000));
  EXPECT_EQ(duration("25h"), milliseconds(-1));
  EXPECT_EQ(duration("18446744073709551615h"), milliseconds(-1));
}

TEST(Mode, IsThreeOrFourOctalDigits) {
  EXPECT_EQ(*parse_mode("0660"), 0660U);
  EXPECT_EQ(*parse_mode("640"), 0640U);
  for (const char* text : {"", "0", "66", "0880", "1777", "06600", "rw"}) {
    EXPECT_FALSE(parse_mode(text)) << text;
  }
}

TEST(Path, IsAbsoluteAndWithoutControls) {
  EXPECT_EQ(*parse_path("/a b"), "/a b");
  EXPECT_EQ(*parse_path("/a//./b/../c"), "/a/c");
  for (const std::string& text :
       std::vector<std::string>{"", "a", "/", "/a\n", {"/\0", 2}}) {
    EXPECT_FALSE(parse_path(text)) << text;
  }
}

TEST(Name, IsAWord) {
  EXPECT_TRUE(is_name("app_1-b.c"));
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  for (const char* text : {"", "1a", "a b", "a*", "-a", "a\n", "ä"}) {
    EXPECT_FALSE(is_name(text)) << text;
  }
  EXPECT_FALSE(is_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace cflt::config
