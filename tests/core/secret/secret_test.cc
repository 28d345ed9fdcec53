#include "core/secret/secret.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cflt::secret {
namespace {

// The two documented samples (Confluent Cloud documentation).
constexpr std::string_view kSamples[] = {
    "T8d8RzkNseTMEDKcjNM1BZTFPHqRn/dQm9q7w6SjzZ12wZfwjaJdipHZtDjw",
    "cUBElySxR0ubmwjcLaVic7aOYceZ1HzCyW9BbhBhC+KbPgaTcGc9S4HfrjhA",
};

Candidate candidate_of(std::string_view symbols, RunEnd end = RunEnd::kByte) {
  const auto count = static_cast<std::uint32_t>(symbols.size());
  return {symbols.data(), count, count, end};
}

Verdict verdict_of(std::string_view symbols, RunEnd end = RunEnd::kByte) {
  return judge(candidate_of(symbols, end), true);
}

TEST(CheckOf, IsThatOfTheSamples) {
  for (const auto sample : kSamples) {
    const auto check = check_of(sample.data());
    EXPECT_EQ(std::string(check.data(), check.size()), sample.substr(54));
  }
}

TEST(Judge, SamplesAreFound) {
  for (const auto sample : kSamples) {
    EXPECT_EQ(verdict_of(sample), Verdict::kFound);
  }
}

TEST(Judge, AnyOtherSymbolIsNotFound) {
  for (std::size_t i = 0; i < 60; ++i) {
    std::string symbols(kSamples[0]);
    symbols[i] = symbols[i] == 'A' ? 'Q' : 'A';
    const Verdict expected = Verdict::kRejected;
    EXPECT_EQ(verdict_of(symbols), expected) << i;
  }
}

TEST(Judge, LastSymbolOutsideAQgwFails) {
  std::string symbols(kSamples[0]);
  for (const char last : std::string_view("BZx09+/")) {
    symbols[59] = last;
    EXPECT_EQ(verdict_of(symbols), Verdict::kFailed);
  }
}

TEST(Judge, TruncatedInTheCheckIsSeen) {
  for (std::size_t count = 54; count < 60; ++count) {
    // Two symbols of the check are a proof, one is none.
    EXPECT_EQ(verdict_of(kSamples[0].substr(0, count)),
              count < 56 ? Verdict::kSuspected : Verdict::kTruncated);
  }
  EXPECT_EQ(verdict_of(kSamples[0].substr(0, 53)), Verdict::kFailed);
}

TEST(Judge, TruncatedNeedsAnEndThatIsNoStar) {
  const auto symbols = kSamples[0].substr(0, 57);
  EXPECT_EQ(verdict_of(symbols, RunEnd::kStar), Verdict::kFailed);
  EXPECT_EQ(verdict_of(symbols, RunEnd::kCut), Verdict::kFailed);
}

TEST(Judge, TruncatedNeedsAgreementOfWhatIsLeft) {
  std::string symbols(kSamples[0].substr(0, 57));
  symbols[55] = symbols[55] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verdict_of(symbols), Verdict::kFailed);
}

TEST(Judge, TruncatedWithoutTwoOfTheCheckNeedsAMixedBody) {
  std::string body(54, 'a');
  EXPECT_EQ(verdict_of(body), Verdict::kFailed);
  body[0] = 'A';
  EXPECT_EQ(verdict_of(body), Verdict::kFailed);
  body[1] = '1';
  EXPECT_EQ(verdict_of(body), Verdict::kSuspected);
  std::string plain(54, 'a');
  const auto check = check_of(plain.data());
  EXPECT_EQ(verdict_of(plain + check[0]), Verdict::kFailed);
  EXPECT_EQ(verdict_of(plain + check[0] + check[1]), Verdict::kTruncated);
}

TEST(Judge, StrictRunDecidesAboutTruncated) {
  const std::string symbols = std::string(kSamples[0].substr(0, 57)) + "+AA";
  Candidate candidate = candidate_of(symbols);
  candidate.strict_count = 57;
  EXPECT_EQ(judge(candidate, true), Verdict::kTruncated);
  EXPECT_EQ(judge(candidate, false), Verdict::kRejected);
}

}  // namespace
}  // namespace cflt::secret
