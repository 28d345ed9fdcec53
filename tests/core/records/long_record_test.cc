#include "core/records/long_record.h"

#include <gtest/gtest.h>

#include "core/canary/canary.h"
#include "tests/support/record_harness.h"

namespace cflt::records {
namespace {

/// The pieces of a record that comes in two parts.
std::vector<std::string> pieces(const std::string& bytes, std::size_t cut,
                                std::size_t max_length,
                                TooLong too_long = TooLong::kSplit) {
  const auto redactor = test::make_redactor();
  LongRecord record(redactor->rules(), redactor->scanner(), max_length,
                    too_long);
  record.feed({bytes.data(), cut});
  record.feed({bytes.data() + cut, bytes.size() - cut});
  record.finish();
  std::vector<std::string> found;
  for (const Batch& batch : record.take_pieces({}, 0)) {
    found.push_back(test::to_text(batch, batch.records()[0]));
  }
  return found;
}

TEST(LongRecord, IsCutAtTheLimit) {
  EXPECT_EQ(
      pieces(std::string(40, 'a'), 7, 16),
      (std::vector<std::string>{std::string(16, 'a'), std::string(16, 'a'),
                                std::string(8, 'a')}));
}

TEST(LongRecord, OfTheLimitIsOnePiece) {
  EXPECT_EQ(pieces(std::string(16, 'a'), 1, 16).size(), 1U);
}

/// At every place of the mask around the cut.
TEST(LongRecord, IsNotCutInAMask) {
  const std::string secret = canary::Canaries(3).next_secret();
  for (std::size_t before = 8; before <= 24; ++before) {
    const std::string bytes =
        std::string(before, 'a') + secret + std::string(20, 'b');
    for (const std::size_t cut : {std::size_t{1}, before + 2, before + 30}) {
      std::string joined;
      for (const auto& piece : pieces(bytes, cut, 20)) {
        EXPECT_LE(piece.size(), 20U);
        joined += piece + "|";
      }
      EXPECT_NE(joined.find("cflt****"), std::string::npos) << before;
    }
  }
}

TEST(LongRecord, TruncationKeepsTheFirstPieceAndCountsTheRest) {
  const std::string bytes =
      std::string(100, 'a') + canary::Canaries(4).next_secret();
  const auto redactor = test::make_redactor();
  LongRecord record(redactor->rules(), redactor->scanner(), 32,
                    TooLong::kTruncate);
  record.feed({bytes.data(), bytes.size()});
  record.finish();
  const auto batches = record.take_pieces({}, 0);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(test::to_text(batches[0], batches[0].records()[0]),
            std::string(32, 'a'));
  EXPECT_TRUE(record.was_truncated());
  EXPECT_EQ(record.take_counts().found_in_all(), 1U);
}

}  // namespace
}  // namespace cflt::records
