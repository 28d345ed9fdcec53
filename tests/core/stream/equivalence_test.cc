// The property that is the product: the same output, findings and counts for
// any chunking, and all of it what the reference says.
#include <cstdlib>
#include <random>
#include <regex>

#include "core/canary/canary.h"
#include "tests/support/fragments.h"
#include "tests/support/harness.h"

namespace cflt::stream {
namespace {

using test::compose;
using test::options_from;
using test::redact_by_reference;
using test::redact_in_chunks;
using test::redact_whole;

RC_GTEST_PROP(Equivalence, OutputIsThatOfTheReference,
              (const std::vector<std::uint8_t>& recipe)) {
  const std::string input = compose(recipe);
  RC_ASSERT(redact_whole(input) == redact_by_reference(input));
}

RC_GTEST_PROP(Equivalence, OutputIsThatOfTheReferenceForAnyOptions,
              (const std::vector<std::uint8_t>& recipe, std::uint32_t bits)) {
  const std::string input = compose(recipe);
  const auto options = options_from(bits);
  RC_ASSERT(redact_whole(input, options) ==
            redact_by_reference(input, options));
}

RC_GTEST_PROP(Equivalence, AnyChunkingGivesTheSame,
              (const std::vector<std::uint8_t>& recipe, std::uint32_t bits,
               const std::vector<std::uint8_t>& cuts)) {
  const std::string input = compose(recipe);
  const auto options = options_from(bits);
  std::vector<std::size_t> sizes = {1};
  for (const std::uint8_t cut : cuts) sizes.push_back(1U + cut);
  RC_ASSERT(redact_in_chunks(input, sizes, options) ==
            redact_whole(input, options));
}

RC_GTEST_PROP(Equivalence, MasksOfTheSameLengthKeepIt,
              (const std::vector<std::uint8_t>& recipe, std::uint32_t bits,
               std::uint8_t size)) {
  const std::string input = compose(recipe);
  auto options = options_from(bits);
  options.mask = redact::MaskLength::kSame;
  const auto whole = redact_whole(input, options);
  RC_ASSERT(whole.output.size() == input.size());
  RC_ASSERT(whole == redact_by_reference(input, options));
  RC_ASSERT(redact_in_chunks(input, {1U + size}, options) == whole);
}

RC_GTEST_PROP(Equivalence, ByteByByteGivesTheSame,
              (const std::vector<std::uint8_t>& recipe)) {
  const std::string input = compose(recipe);
  RC_ASSERT(redact_in_chunks(input, {1}) == redact_whole(input));
}

/// How far the walk goes, by the environment: at night farther, from elsewhere.
std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

/// Long recipes: RapidCheck's own are 100 bytes at most.
TEST(Equivalence, HoldsForALongWalkThroughTheFragments) {
  std::mt19937_64 random(number_from("CFLT_WALK_SEED", 11));
  std::size_t left = number_from("CFLT_WALK_BYTES", 2'000'000);
  for (int round = 0; left > 0; ++round) {
    std::vector<std::uint8_t> recipe(200);
    for (auto& byte : recipe) byte = static_cast<std::uint8_t>(random());
    const std::string input = compose(recipe);
    left -= std::min(left, input.size());
    auto options = options_from(static_cast<unsigned>(random()) | 4U);
    if (random() % 2 == 0) options.mask = redact::MaskLength::kSame;
    const auto expected = redact_by_reference(input, options);
    ASSERT_EQ(redact_whole(input, options), expected) << "round " << round;
    ASSERT_EQ(
        redact_in_chunks(
            input, {1 + random() % 40, 1 + random() % 700, 1 + random() % 9},
            options),
        expected)
        << "round " << round;
  }
}

/// Every form, written in text that touches it on both sides.
std::vector<std::string> texts_of(forms::Form form) {
  canary::Canaries canaries(static_cast<std::uint64_t>(form) + 100);
  const std::string canary = canaries.next(form);
  return {canary, "k=" + canary + ";" + canary + "\n",
          "cflt" + canary.substr(0, canary.size() / 2) + canary,
          canary.substr(0, canary.size() - 3) + "\"" + canary};
}

class EveryForm : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryForm, GivesTheSameAtEverySplitPoint) {
  for (const auto& text : texts_of(static_cast<forms::Form>(GetParam()))) {
    const auto expected = redact_by_reference(text);
    ASSERT_EQ(redact_whole(text), expected);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      ASSERT_EQ(redact_in_chunks(text, {cut, text.size()}), expected) << cut;
    }
  }
}

TEST_P(EveryForm, GivesTheSameAtEveryPairOfSplitPoints) {
  const auto texts = texts_of(static_cast<forms::Form>(GetParam()));
  const std::string& text = texts[0];
  const auto expected = redact_by_reference(text);
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    for (std::size_t next = 1; next < 12; ++next) {
      ASSERT_EQ(redact_in_chunks(text, {cut, next, text.size()}), expected);
    }
  }
}

/// The mask of a form (docs/language.md, 5), as an expression; base64 keeps the
/// bits of a neighbour, colours stand behind it.
std::string mask_of(forms::Form form) {
  switch (form) {
    case forms::Form::kBase64:
    case forms::Form::kBase64Escaped:
      return "[A-Za-z0-9]{0,4}(Y2ZsdCoqKioqK|NmbHQqKioqKi|jZmx0KioqKio)"
             "[A-Za-z0-9+/_-]*=*";
    case forms::Form::kHex:
      return "63666c742a2a2a2a";
    case forms::Form::kUtf16:
      return std::string("c\\x00f\\x00l\\x00t(\\x00\\*){4}(\\x00)?");
    case forms::Form::kNumbers:
      return "99,102,108,116,42,42,42,42";
    case forms::Form::kColor:
      return "cflt\\*{4}(\\x1b\\[[0-9;]*[mK])+";
    default:
      return "cflt\\*{4}";
  }
}

TEST_P(EveryForm, IsGoneFromTheOutputAndLeavesItsMask) {
  const auto form = static_cast<forms::Form>(GetParam());
  canary::Canaries canaries(9);
  for (int i = 0; i < 20; ++i) {
    const auto outcome = redact_whole("<" + canaries.next(form) + ">");
    EXPECT_TRUE(
        std::regex_match(outcome.output, std::regex("<" + mask_of(form) + ">")))
        << outcome.output;
  }
}

/// Redacting redacted output changes nothing where findings stand apart.
TEST_P(EveryForm, IsNotTouchedAgain) {
  const auto form = static_cast<forms::Form>(GetParam());
  canary::Canaries canaries(10);
  std::string text;
  for (int i = 0; i < 50; ++i) text += canaries.next(form) + "\n";
  const std::string once = redact_whole(text).output;
  const auto twice = redact_whole(once);
  EXPECT_EQ(twice.output, once);
  EXPECT_TRUE(twice.found.empty());
  EXPECT_EQ(twice.truncated, 0U);
}

INSTANTIATE_TEST_SUITE_P(Equivalence, EveryForm,
                         testing::Range<std::size_t>(0, forms::kFormCount),
                         [](const auto& form) {
                           std::string name(forms::kFormNames[form.param]);
                           std::erase(name, '-');
                           return name;
                         });

TEST(Equivalence, OverlappingSecretsLeaveOneMaskForAnyChunking) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::string chain = test::overlapping_chain(seed, 4);
    const auto expected = redact_by_reference(chain);
    ASSERT_GE(expected.found.at("plain"), 2U);
    ASSERT_EQ(expected.output, "cflt****");
    ASSERT_EQ(redact_whole(chain), expected);
    ASSERT_EQ(redact_in_chunks(chain, {1}), expected);
  }
}

/// The window's end cuts escapes and colours at every place.
TEST(Equivalence, HoldsWhereTheWindowCutsTheRun) {
  const std::string secret = canary::Canaries(4).next_secret();
  for (std::size_t filler = 380; filler < 470; ++filler) {
    const std::string text = "cflt" + secret.substr(4, 50) +
                             std::string(filler, '\\') + "/" +
                             secret.substr(55) + "*";
    ASSERT_EQ(redact_whole(text), redact_by_reference(text)) << filler;
    ASSERT_EQ(redact_in_chunks(text, {7}), redact_by_reference(text));
  }
}

}  // namespace
}  // namespace cflt::stream
