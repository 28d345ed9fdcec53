// What compose_connection() makes meets every outcome of the reference, and
// the reference keeps its own laws on it.
#include "tests/support/connections.h"

#include <random>

#include "tests/reference/records.h"

namespace cflt::test {
namespace {

using reference::Framing;
using reference::Intake;
using reference::take_in;
using reference::TooLong;

constexpr Framing kFramings[] = {
    Framing::kAuto,          Framing::kNewline,       Framing::kNul,
    Framing::kSyslogNewline, Framing::kOctetCounting, Framing::kDatagram};

Intake taken(const std::string& bytes, Framing framing,
             std::size_t max_length = 512, TooLong too_long = TooLong::kSplit) {
  const bool is_syslog = framing != Framing::kNewline;
  return take_in(bytes, {framing, max_length, too_long, {}, is_syslog});
}

std::string join(const std::vector<std::string>& records) {
  std::string all;
  for (const auto& record : records) all += record;
  return all;
}

RC_GTEST_PROP(ReferenceRecords, SplitLosesNothing,
              (const std::vector<std::uint8_t>& recipe)) {
  const std::string bytes = compose_connection(recipe);
  for (const Framing framing : kFramings) {
    const Intake whole = taken(bytes, framing, std::size_t{1} << 30);
    const Intake pieces = taken(bytes, framing);
    RC_ASSERT(whole.records.size() == whole.in);
    RC_ASSERT(join(pieces.records) == join(whole.records));
    RC_ASSERT(pieces.records.size() == pieces.in + pieces.split);
    RC_ASSERT(pieces.in == whole.in);
    for (const auto& piece : pieces.records) RC_ASSERT(piece.size() <= 512U);
  }
}

RC_GTEST_PROP(ReferenceRecords, TruncateKeepsTheFirstPieceOfEach,
              (const std::vector<std::uint8_t>& recipe)) {
  const std::string bytes = compose_connection(recipe);
  for (const Framing framing : kFramings) {
    const Intake pieces = taken(bytes, framing);
    const Intake first = taken(bytes, framing, 512, TooLong::kTruncate);
    RC_ASSERT(first.records.size() == first.in);
    RC_ASSERT(first.in == pieces.in);
    RC_ASSERT(first.found == pieces.found);
    RC_ASSERT(first.truncated_records <= pieces.split);
    RC_ASSERT((first.truncated_records == 0) == (pieces.split == 0));
  }
}

/// How many of the connections met an outcome.
struct Met {
  unsigned counted = 0;
  unsigned lines = 0;
  unsigned bad_count = 0;
  unsigned is_foreign = 0;
  unsigned empty = 0;
  unsigned skipped = 0;
  unsigned partial = 0;
  unsigned split = 0;
  unsigned moved_cut = 0;
  unsigned found = 0;
  unsigned truncated = 0;
  unsigned rejected = 0;

  void add(const Intake& intake, const Intake& by_lines) {
    if (intake.in > 5) ++(intake.records == by_lines.records ? lines : counted);
    if (intake.bad_count) ++bad_count;
    if (intake.is_foreign) ++is_foreign;
    if (intake.empty != 0) ++empty;
    if (intake.skipped_bytes != 0) ++skipped;
    if (intake.partial != 0) ++partial;
    if (intake.split != 0) ++split;
    for (const auto& record : intake.records) {
      // A line may have this length by itself; the long ones seldom do.
      if (500 < record.size() && record.size() < 512) ++moved_cut;
    }
    if (!intake.found.empty()) ++found;
    if (intake.truncated != 0) ++truncated;
    if (intake.rejected != 0) ++rejected;
  }
};

TEST(Connections, MeetEveryOutcome) {
  std::mt19937_64 random(21);
  Met met;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint8_t> recipe(41);
    for (auto& byte : recipe) byte = static_cast<std::uint8_t>(random());
    const std::string bytes = compose_connection(recipe);
    met.add(taken(bytes, Framing::kAuto),
            taken(bytes, Framing::kSyslogNewline));
  }
  int which = 0;  // of these in order
  for (const unsigned count :
       {met.counted, met.lines, met.bad_count, met.is_foreign, met.empty,
        met.skipped, met.partial, met.split, met.moved_cut, met.found,
        met.truncated, met.rejected}) {
    ++which;
    EXPECT_GE(count, 10U) << which;
  }
}

}  // namespace
}  // namespace cflt::test
