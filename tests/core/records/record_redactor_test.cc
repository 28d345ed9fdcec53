#include "core/records/record_redactor.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/canary/canary.h"
#include "tests/support/record_harness.h"

namespace cflt::records {
namespace {

/// A block of lines.
std::shared_ptr<Frames> lines(FramePool& pool,
                              const std::vector<std::string>& texts) {
  auto frames = pool.take();
  std::size_t at = 0;
  for (const std::string& text : texts) {
    text.copy(frames->block.data() + at, text.size());
    frames->records.push_back({static_cast<std::uint32_t>(at),
                               static_cast<std::uint32_t>(text.size())});
    at += text.size();
    frames->block.data()[at++] = '\n';
  }
  return frames;
}

std::string all_bytes(const Frames& frames, std::size_t size) {
  return {frames.block.data(), size};
}

TEST(RecordRedactor, CleanRecordsAreNotTouched) {
  FramePool pool;
  auto frames = lines(pool, {"one", "cflt is no secret", "three"});
  const std::string before = all_bytes(*frames, 30);
  test::make_redactor()->redact(*frames);
  EXPECT_EQ(all_bytes(*frames, 30), before);
}

TEST(RecordRedactor, ARedactedRecordStaysBesideItsTerminator) {
  FramePool pool;
  const std::string secret = canary::Canaries(1).next_secret();
  auto frames = lines(pool, {"one", "k=" + secret + ";", "three"});
  const auto redactor = test::make_redactor();
  redactor->redact(*frames);
  const Batch batch = redactor->batch(frames, 0, 3);
  const Record record = batch.records()[1];
  EXPECT_EQ(test::to_text(batch, record), "k=cflt****;");
  EXPECT_EQ(batch.block()[record.at + record.size], '\n');
  EXPECT_EQ(test::to_text(batch, batch.records()[2]), "three");
}

TEST(RecordRedactor, NothingOfASecretStaysInTheBlock) {
  FramePool pool;
  const std::string secret = canary::Canaries(2).next_secret();
  auto frames = lines(pool, {"k=" + secret, secret + secret});
  test::make_redactor()->redact(*frames);
  const std::string block = all_bytes(*frames, 300);
  for (std::size_t at = 4; at + 8 <= secret.size(); ++at) {
    EXPECT_EQ(block.find(secret.substr(at, 8)), std::string::npos);
  }
}

TEST(RecordRedactor, ACandidateEndsWithItsRecord) {
  FramePool pool;
  const std::string secret = canary::Canaries(2).next_secret();
  auto frames = pool.take();
  secret.copy(frames->block.data(), secret.size());
  // As two counted frames side by side: the second would complete the first.
  frames->records = {{0, 40}, {40, 24}};
  test::make_redactor()->redact(*frames);
  EXPECT_EQ(all_bytes(*frames, secret.size()), secret);
}

TEST(RecordRedactor, AnAnchorThatStraddlesRecordsIsNone) {
  FramePool pool;
  const std::string secret = canary::Canaries(2).next_secret();
  auto frames = pool.take();
  secret.copy(frames->block.data(), secret.size());
  frames->records = {{0, 2}, {2, 62}};
  const auto redactor = test::make_redactor();
  redactor->redact(*frames);
  EXPECT_EQ(redactor->take_counts().found_in_all(), 0U);
}

}  // namespace
}  // namespace cflt::records
