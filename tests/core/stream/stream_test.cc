#include "core/stream/stream.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>

#include "core/canary/canary.h"
#include "tests/support/harness.h"

namespace cflt::stream {
namespace {

using test::Feeder;
using test::redact_whole;

constexpr char kSample[] =
    "cfltT8d8RzkNseTMEDKcjNM1BZTFPHqRn/dQm9q7w6SjzZ12wZfwjaJdipHZtDjw";

std::string secret() { return canary::Canaries(8).next_secret(); }

TEST(Stream, DocumentedSampleIsMasked) {
  const std::string line = "password=\"" + std::string(kSample) + "\"\n";
  EXPECT_EQ(redact_whole(line).output, "password=\"cflt****\"\n");
}

TEST(Stream, TextWithoutAnchorIsNeverHeld) {
  Feeder feeder;
  for (const char* text : {"Password: ", "c", "fl", "Y2Zs", "\\", "%2"}) {
    const std::string before = feeder.output();
    feeder.feed(text);
    EXPECT_EQ(feeder.output(), before + text);
  }
}

TEST(Stream, AnchorLeavesAtOnceAndWhatFollowsIsHeld) {
  Feeder feeder;
  feeder.feed("k=cflt");
  EXPECT_EQ(feeder.output(), "k=cflt");
  feeder.feed("abc");
  EXPECT_EQ(feeder.output(), "k=cflt");
  feeder.feed("\n");
  EXPECT_EQ(feeder.output(), "k=cfltabc\n");
}

TEST(Stream, MaskLeavesWithTheLastByteOfTheSecret) {
  Feeder feeder;
  const std::string text = secret();
  feeder.feed(text.substr(0, 63));
  EXPECT_EQ(feeder.output(), "cflt");
  feeder.feed(text.substr(63));
  EXPECT_EQ(feeder.output(), "cflt****");
}

TEST(Stream, EighthSpaceReleasesProse) {
  Feeder feeder;
  feeder.feed("cflt is a prefix that all of them");
  EXPECT_EQ(feeder.output(), "cflt");
  feeder.feed(" have");
  EXPECT_EQ(feeder.output(), "cflt is a prefix that all of them have");
}

TEST(Stream, AnythingBehindHexButHexReleasesIt) {
  Feeder feeder;
  feeder.feed("id=63666c7412 ok");
  EXPECT_EQ(feeder.output(), "id=63666c7412 ok");
}

TEST(Stream, HoldsFewerThan512Bytes) {
  Feeder feeder;
  feeder.feed("cflt" + std::string(511, '\\'));
  EXPECT_EQ(feeder.output(), "cflt");
  EXPECT_EQ(feeder.kept_bytes(), 511U);
  feeder.feed("\\");
  EXPECT_EQ(feeder.output().size(), 516U);
}

/// A line that ends in a name with `cflt` leaves at once, as does a prompt.
TEST(Stream, NamesAtALinesEndAreNotHeld) {
  for (const char* text :
       {"in cflt-redact\n", "use 'cflt-redact'\n", "cflt=\n", "cflt\r\n",
        "name: \"cflt\"\n", "cflt_demo  \n", "ops@cflt:~$ ", "cflt> "}) {
    Feeder feeder;
    feeder.feed(text);
    EXPECT_EQ(feeder.output(), text);
  }
}

TEST(Stream, ALineThatMayGoOnIsHeldUntilTheNextByte) {
  Feeder feeder;
  feeder.feed("k=cfltA1\n");
  EXPECT_EQ(feeder.output(), "k=cflt");
  feeder.feed("[");
  EXPECT_EQ(feeder.output(), "k=cfltA1\n[");
}

TEST(Stream, NumbersThatAreNoAnchorAreNotHeld) {
  for (const char* text : {"[99, 102, 108, 117, ", "102, 108", "\n102,\n",
                           "99 102\n", "[199, 102, 108"}) {
    Feeder feeder;
    feeder.feed(text);
    EXPECT_EQ(feeder.output(), text);
  }
}

TEST(Stream, HoldsFewerThan2048BytesOfAList) {
  Feeder feeder;
  feeder.feed("99,102,108,116," + std::string(2042, ' '));
  EXPECT_EQ(feeder.output(), "99,102,108");
  EXPECT_EQ(feeder.kept_bytes(), 2047U);
  feeder.feed(" ");
  EXPECT_EQ(feeder.output().size(), 2058U);
}

TEST(Stream, MasksOfTheSameLengthKeepIt) {
  Options options;
  options.mask = redact::MaskLength::kSame;
  const std::string text = "k=" + secret() + "; n=1\n";
  EXPECT_EQ(redact_whole(text, options).output,
            "k=cflt" + std::string(60, '*') + "; n=1\n");
}

TEST(Stream, EndOfStreamReleasesTheHeldTail) {
  Feeder feeder;
  feeder.feed("k=cfltabc");
  feeder.finish();
  EXPECT_EQ(feeder.output(), "k=cfltabc");
}

TEST(Stream, TruncatedAtTheEndOfTheStreamIsMasked) {
  Feeder feeder;
  feeder.feed(secret().substr(0, 60));
  feeder.finish();
  EXPECT_EQ(feeder.output(), "cflt****");
  EXPECT_EQ(feeder.outcome().truncated, 1U);
}

TEST(Stream, NextStreamBeginsAfreshAndCountsGoOn) {
  Feeder feeder;
  const std::string text = secret();
  feeder.feed(text.substr(0, 30));
  feeder.finish();
  feeder.feed(text.substr(30));
  feeder.finish();
  EXPECT_EQ(feeder.output(), text);
  feeder.feed(text);
  feeder.finish();
  EXPECT_EQ(feeder.outcome().found.at("plain"), 1U);
}

TEST(Stream, DecoyInFrontOfASecretDoesNotHideIt) {
  const std::string text = "cfltcfltcflt" + secret() + "\n";
  EXPECT_EQ(redact_whole(text).output, "cfltcfltcfltcflt****\n");
}

TEST(Stream, NoBoundaryIsNeeded) {
  for (const char* before : {"x", "_", "%3A", "\\n", "\x1b[0m", "\\u003d"}) {
    const std::string text = before + secret() + "A";
    EXPECT_EQ(redact_whole(text).output, before + std::string("cflt****A"));
  }
}

/// A list of a secret's bytes: what stands in front of each number, and between
/// two of them.
std::string list(const char* format, const std::string& separator) {
  std::string text;
  for (const char symbol : secret()) {
    if (!text.empty()) text += separator;
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), format, symbol);
    text += number.data();
  }
  return text;
}

bool is_found_in_list(const std::string& list) {
  return redact_whole("\n" + list + "]").found ==
         std::map<std::string, std::uint64_t>{{"numbers", 1}};
}

TEST(Stream, ListsAreFoundWithAnySeparatorThatHasAnAnchor) {
  for (const char* separator :
       {",", ", ", " ", ";", "; ", "\n", "\r\n", ",\n  ", ",\r\n"}) {
    EXPECT_TRUE(is_found_in_list(list("%d", separator))) << separator;
  }
  for (const char* separator :
       {" ", "-", ":", ",", ", ", "\n", ",\n", ",\r\n  "}) {
    EXPECT_TRUE(is_found_in_list(list("%02x", separator))) << separator;
    EXPECT_TRUE(is_found_in_list(list("%02X", separator))) << separator;
  }
  for (const char* separator : {",", ", ", " ", ",\n", ",\n\t"}) {
    EXPECT_TRUE(is_found_in_list(list("0x%02x", separator))) << separator;
  }
  EXPECT_TRUE(is_found_in_list(list("\\x%02x", "")));
  EXPECT_TRUE(is_found_in_list(list("\\\\x%02x", "")));
}

/// Symbols are counted from the beginning of a run of anchors.
TEST(Stream, AnEndlessRunOfAnchorsHidesNothing) {
  std::string anchors;
  while (anchors.size() < (3U << 20)) anchors += "cfltcfltcflt";
  const std::string encoded = canary::to_base64(anchors);
  const std::string base64 = canary::to_base64(secret());
  // Not EXPECT_EQ(), which would print megabytes.
  EXPECT_TRUE(redact_whole(anchors + secret()).output == anchors + "cflt****");
  EXPECT_TRUE(redact_whole(encoded + base64).output ==
              encoded + redact_whole(base64).output);
}

TEST(Stream, WrongChecksumIsCountedAndStays) {
  std::string text = secret();
  text[20] = text[20] == 'x' ? 'y' : 'x';
  const auto outcome = redact_whole(text + "\n");
  EXPECT_EQ(outcome.output, text + "\n");
  EXPECT_EQ(outcome.rejected, 1U);
}

TEST(Stream, WrongChecksumIsMaskedOnDemandUnlessItHoldsASpace) {
  Options options;
  options.mask_rejected = true;
  std::string text = secret();
  text[20] = text[20] == 'x' ? 'y' : 'x';
  EXPECT_EQ(redact_whole(text + "\n", options).output, "cflt****\n");
  text[30] = ' ';
  const auto outcome = redact_whole(text + "\n", options);
  EXPECT_EQ(outcome.output, text + "\n");
  EXPECT_EQ(outcome.rejected, 1U);
}

TEST(Stream, SpaceBehindATruncatedSecretEndsIt) {
  const std::string text = secret().substr(0, 61) + " next words\n";
  EXPECT_EQ(redact_whole(text).output, "cflt**** next words\n");
}

TEST(Stream, FormsNotChosenAreLeft) {
  Options options;
  options.forms = forms::FormSet().add(forms::Form::kHex);
  EXPECT_EQ(redact_whole(secret(), options).output, secret());
}

}  // namespace
}  // namespace cflt::stream
