#include "daemon/filter/statistics.h"

#include <gtest/gtest.h>

#include "daemon/base/to_size.h"

namespace cflt::filter {
namespace {

Statistics some() {
  Statistics statistics{1000, 10, std::chrono::duration<double>(0.5), {}};
  statistics.counts.found[0] = 3;
  statistics.counts.found[3] = 2;
  statistics.counts.truncated = 1;
  return statistics;
}

TEST(ToText, NamesTheFormsThatWereFound) {
  EXPECT_EQ(to_text(some()),
            "1000 bytes, 10 lines, 5 found (plain 3, json 2), 1 truncated, "
            "0 suspected, 0 rejected, 0.500 s, 2.0 KiB/s");
}

TEST(ToText, NothingFoundIsOneZero) {
  EXPECT_EQ(to_text(Statistics{}),
            "0 bytes, 0 lines, 0 found, 0 truncated, 0 suspected, 0 rejected, "
            "0.000 s, 0 B/s");
}

TEST(ToText, BlocksThatHyperscanGaveUpAreSaid) {
  Statistics statistics = some();
  statistics.rescued_blocks = 4;
  EXPECT_NE(to_text(statistics).find(", 4 blocks scanned again without SIMD, "),
            std::string::npos);
  EXPECT_NE(to_json(statistics).find("\"rescued_blocks\":4"),
            std::string::npos);
  statistics += statistics;
  EXPECT_EQ(statistics.rescued_blocks, 8U);
}

TEST(Statistics, SumIsThatOfStreamsSideBySide) {
  Statistics sum = some();
  sum += Statistics{5, 1, std::chrono::duration<double>(0.25), {}};
  sum += some();
  EXPECT_EQ(sum.bytes, 2005U);
  EXPECT_EQ(sum.lines, 21U);
  EXPECT_EQ(sum.counts.found_in_all(), 10U);
  EXPECT_EQ(sum.elapsed.count(), 0.5);
}

TEST(ToJson, HasAllForms) {
  const std::string json = to_json(some());
  EXPECT_NE(json.find("\"bytes\":1000"), json.npos) << json;
  EXPECT_NE(json.find("\"plain\":3"), json.npos) << json;
  EXPECT_NE(json.find("\"utf16\":0"), json.npos) << json;
}

TEST(ToSize, UsesBinaryUnits) {
  EXPECT_EQ(base::to_size(0), "0 B");
  EXPECT_EQ(base::to_size(1023), "1023 B");
  EXPECT_EQ(base::to_size(1536), "1.5 KiB");
  EXPECT_EQ(base::to_size(3.0 * 1024 * 1024 * 1024), "3.0 GiB");
}

TEST(CountLines, CountsLineFeeds) {
  EXPECT_EQ(count_lines({"a\nb\n\nc", 6}), 3U);
  EXPECT_EQ(count_lines({}), 0U);
}

}  // namespace
}  // namespace cflt::filter
