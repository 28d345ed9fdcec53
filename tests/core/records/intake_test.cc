// A connection's bytes become the records that docs/records.md says, however
// they are read.
#include "core/records/intake.h"

#include <random>

#include "core/canary/canary.h"
#include "tests/support/connections.h"
#include "tests/support/harness.h"
#include "tests/support/record_harness.h"

namespace cflt::records {
namespace {

using test::choice_from;
using test::compose_connection;
using test::IntakeChoice;
using test::take_in;
using test::take_in_by_reference;
using test::take_in_datagram;
using test::Taken;

RC_GTEST_PROP(Intake, RecordsAreThoseOfTheReference,
              (const std::vector<std::uint8_t>& recipe, std::uint16_t bits,
               std::uint16_t max_length)) {
  const std::string bytes = compose_connection(recipe);
  const auto choice = choice_from(bits, max_length);
  RC_ASSERT(take_in(bytes, choice, {kBlockBytes}) ==
            take_in_by_reference(bytes, choice));
}

RC_GTEST_PROP(Intake, AnyReadsGiveTheSame,
              (const std::vector<std::uint8_t>& recipe, std::uint16_t bits,
               std::uint16_t max_length,
               const std::vector<std::uint8_t>& reads)) {
  const std::string bytes = compose_connection(recipe);
  const auto choice = choice_from(bits, max_length);
  std::vector<std::size_t> sizes = {1};
  for (const std::uint8_t read : reads) sizes.push_back(1U + read);
  RC_ASSERT(take_in(bytes, choice, sizes) ==
            take_in_by_reference(bytes, choice));
}

RC_GTEST_PROP(Intake, ByteByByteGivesTheSame,
              (const std::vector<std::uint8_t>& recipe, std::uint16_t bits,
               std::uint16_t max_length)) {
  const std::string bytes = compose_connection(recipe);
  const auto choice = choice_from(bits, max_length);
  RC_ASSERT(take_in(bytes, choice, {1}) == take_in_by_reference(bytes, choice));
}

/// All records in one, without their ends.
Taken joined(Taken taken) {
  std::string all;
  for (const std::string& record : taken.records) all += record;
  taken.records = {all};
  taken.split = 0;
  return taken;
}

/// What time-outs make of a stream: more pieces of the same.
RC_GTEST_PROP(Intake, ReleasedPiecesJoinToTheSame,
              (const std::vector<std::uint8_t>& recipe, std::uint16_t bits,
               const std::vector<std::uint8_t>& reads)) {
  // What the first bytes are is decided sooner where they are released.
  const std::string bytes = "<1>a\n" + compose_connection(recipe);
  auto choice = choice_from(bits, 0);
  if (choice.framing == framing::Framing::kAuto) {
    choice.framing = framing::Framing::kOctetCounting;
  }
  choice.too_long = TooLong::kSplit;
  choice.max_length = 1 << 20;
  std::vector<std::size_t> sizes = {1};
  for (const std::uint8_t read : reads) sizes.push_back(1U + read);
  const Taken taken = take_in(bytes, choice, sizes, true);
  RC_ASSERT(taken.records.size() == taken.in + taken.split);
  RC_ASSERT(joined(taken) == joined(take_in_by_reference(bytes, choice)));
}

RC_GTEST_PROP(DatagramIntake, RecordsAreThoseOfTheReference,
              (const std::vector<std::uint8_t>& recipe, std::uint16_t bits,
               std::uint16_t max_length)) {
  const std::string bytes = compose_connection(recipe);
  const auto choice = choice_from(bits, max_length);
  RC_ASSERT(take_in_datagram(bytes, choice) ==
            take_in_by_reference(bytes, choice, true));
}

TEST(DatagramIntake, CompressedDatagramsAreCounted) {
  FramePool pool;
  DatagramIntake intake({}, test::make_redactor(), pool);
  std::vector<Batch> batches;
  for (const std::string datagram :
       {"\x1f\x8b\x08gzip", "x\x9czlib", "x\xdazlib", "\x1f\x8b", "xyz",
        "<13>text"}) {
    intake.add({datagram.data(), datagram.size()}, 0, batches);
  }
  EXPECT_EQ(intake.take_counts().compressed, 3U);
}

/// RapidCheck's recipes are short: long walks, in random reads.
TEST(Intake, HoldsForALongWalkThroughTheFragments) {
  std::mt19937_64 random(5);
  const auto draw = [&random] { return static_cast<unsigned>(random()); };
  for (int round = 0; round < 400; ++round) {
    std::vector<std::uint8_t> recipe(1 + draw() % 300);
    for (auto& byte : recipe) byte = static_cast<std::uint8_t>(draw());
    const std::string bytes = compose_connection(recipe);
    const auto choice = choice_from(static_cast<std::uint16_t>(draw()),
                                    static_cast<std::uint16_t>(draw()));
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 20; ++i) sizes.push_back(1 + draw() % 3000);
    ASSERT_EQ(take_in(bytes, choice, sizes),
              take_in_by_reference(bytes, choice))
        << "round " << round;
  }
}

/// A line with a secret at `at`.
std::string line_with_secret(std::size_t at, std::size_t size) {
  std::string line(size, 'x');
  const std::string secret = canary::Canaries(at).next_secret();
  return line.replace(at, secret.size(), secret);
}

/// Around every border that the intake has: the block, half of it, a slice.
TEST(Intake, NoSecretSlipsThroughABorder) {
  for (const std::size_t border :
       {kBlockBytes, kBlockBytes / 2, std::size_t{64} << 10}) {
    for (int offset = -130; offset <= 130; offset += 10) {
      const auto at = border + static_cast<std::size_t>(200 + offset) - 200;
      const std::string bytes = line_with_secret(at, 2 * kBlockBytes) + "\n";
      IntakeChoice choice;
      choice.max_length = at + 30;
      const Taken taken = take_in(bytes, choice, {kBlockBytes});
      ASSERT_EQ(taken.found.at("plain"), 1U) << border << " " << offset;
      ASSERT_EQ(taken, take_in_by_reference(bytes, choice));
    }
  }
}

/// A reload can leave a partial record that is longer than is allowed now.
TEST(Intake, PartialRecordOfALongerPastIsCutAtTheEnd) {
  FramePool pool;
  IntakeOptions options;
  Intake intake(options, test::make_redactor(), pool);
  std::vector<Batch> batches;
  std::ranges::fill(intake.room().first(100), 'x');
  ASSERT_TRUE(intake.filled(100, 0, batches));
  options.max_length_bytes = 40;
  intake.change(options, test::make_redactor());
  intake.end(0, batches);
  std::vector<std::size_t> sizes;
  for (const Batch& batch : batches) {
    for (const Record& record : batch.records()) sizes.push_back(record.size);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{40, 40, 20}));
}

TEST(Intake, AnEndlessLineIsHeldInBounds) {
  FramePool pool;
  IntakeOptions options;
  options.max_length_bytes = 100'000;
  Intake intake(options, test::make_redactor(), pool);
  std::vector<Batch> batches;
  std::size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto room = intake.room();
    std::fill_n(room.begin(), 10'000, 'y');
    intake.filled(10'000, 0, batches);
    most = std::max(most, intake.held_bytes());
    batches.clear();
  }
  EXPECT_LT(most, 500'000U);
}

TEST(Intake, ALargeCountReservesNothing) {
  FramePool pool;
  IntakeOptions options;
  options.framing = framing::Framing::kOctetCounting;
  Intake intake(options, test::make_redactor(), pool);
  std::vector<Batch> batches;
  std::string("999999999 <").copy(intake.room().data(), 11);
  EXPECT_TRUE(intake.filled(11, 0, batches));
  EXPECT_LT(intake.held_bytes(), 100U);
  EXPECT_TRUE(intake.has_partial());
}

TEST(Intake, HoldsNothingBetweenWholeRecords) {
  FramePool pool;
  Intake intake({}, test::make_redactor(), pool);
  std::vector<Batch> batches;
  std::string("one\ntwo\n").copy(intake.room().data(), 8);
  intake.filled(8, 0, batches);
  EXPECT_FALSE(intake.has_partial());
  EXPECT_EQ(intake.held_bytes(), 0U);
}

TEST(Intake, ChangedLimitsHoldFromTheNextRead) {
  FramePool pool;
  Intake intake({}, test::make_redactor(), pool);
  IntakeOptions options;
  options.max_length_bytes = 16;
  intake.change(options, test::make_redactor());
  std::vector<Batch> batches;
  const std::string line(20, 'z');
  (line + "\n").copy(intake.room().data(), 21);
  intake.filled(21, 0, batches);
  EXPECT_EQ(intake.take_counts().split, 1U);
}

}  // namespace
}  // namespace cflt::records
