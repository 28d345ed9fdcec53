#include "core/redact/mask.h"

#include <gtest/gtest.h>

#include <string>

#include "core/canary/canary.h"
#include "core/forms/candidates.h"

namespace cflt::redact {
namespace {

using scan::Family;
using namespace std::string_literals;

std::string made_by(void (*append_mask)(const Span&, std::vector<char>&),
                    Family family, const std::string& span,
                    std::uint32_t text_bytes, char last) {
  std::vector<char> mask;
  mask.reserve(4096);
  append_mask({family, {span.data(), span.size()}, text_bytes, last}, mask);
  return {mask.begin(), mask.end()};
}

std::string tail(Family family, std::uint32_t count = 60, char last = 'A',
                 const std::string& span = "") {
  return made_by(append_short_mask, family, span, count, last);
}

/// Of a span whose symbols write `text_bytes` bytes.
std::string same_length(Family family, const std::string& span,
                        std::uint32_t text_bytes = 60) {
  return made_by(append_same_length_mask, family, span, text_bytes,
                 span.empty() ? 'A' : span.back());
}

TEST(ShortMask, IsStarsInTheAnchorsEncoding) {
  EXPECT_EQ(tail(Family::kText), "****");
  EXPECT_EQ(tail(Family::kHex), "2a2a2a2a");
  EXPECT_EQ(tail(Family::kHex, 60, 'A', "415a4A"), "2A2A2A2A");
  EXPECT_EQ(tail(Family::kUtf16Text), "\0*\0*\0*\0*"s);
}

/// With the anchor in front it is the base64 of cflt******, at each offset.
TEST(ShortMask, Base64DecodesToSixStars) {
  EXPECT_EQ("Y2Zsd" + tail(Family::kBase64At0),
            canary::to_base64("cflt******").substr(0, 14));
  EXPECT_EQ("OmNmbH" + tail(Family::kBase64At1),
            canary::to_base64(":cflt******").substr(0, 15));
  EXPECT_EQ("azpjZmx0" + tail(Family::kBase64At2),
            canary::to_base64("k:cflt******"));
  EXPECT_EQ(tail(Family::kUtf16Base64At2), "\0K\0i\0o\0q\0K\0i\0o\0q"s);
}

TEST(ShortMask, Base64KeepsTheNeighboursBits) {
  // Offset 0: the last symbol has 2 bits of a star and 4 of what follows.
  EXPECT_EQ(tail(Family::kBase64At0, 60, 'A').back(), 'g');  // 10 0000
  EXPECT_EQ(tail(Family::kBase64At0, 60, 'P').back(), 'v');  // 10 1111
  EXPECT_EQ(tail(Family::kBase64At0, 60, '/').back(), 'v');
  EXPECT_EQ(tail(Family::kBase64At1, 60, 'D').back(), 'r');  // 1010 11
  EXPECT_EQ(tail(Family::kBase64At2, 60, '/').back(), 'q');  // none shared
}

TEST(ShortMask, Base64TakesAwayAMultipleOfFourSymbols) {
  using forms::symbols_covering;
  for (const auto family :
       {Family::kBase64At0, Family::kBase64At1, Family::kBase64At2}) {
    for (std::uint32_t count = 54; count <= 70; ++count) {
      const auto gone =
          symbols_covering(family, count) - tail(family, count, 'A').size();
      EXPECT_EQ(gone % 4, 0U) << count;
    }
    EXPECT_EQ(symbols_covering(family, 60) - tail(family).size(), 72U);
  }
}

TEST(ShortMask, OfAListIsItsFirstFourNumbers) {
  const auto list = [](Family family, const std::string& span) {
    return tail(family, 60, 'A', span);
  };
  EXPECT_EQ(list(Family::kDecimals, ", 65, 100,\n  7, 66, 67"),
            ", 42, 42,\n  42, 42");
  EXPECT_EQ(list(Family::kHexes, " 41 5a 63 44 45"), " 2a 2a 2a 2a");
  EXPECT_EQ(list(Family::kHexes, "-41-5A-63-44-45"), "-2A-2A-2A-2A");
  EXPECT_EQ(list(Family::kHexes, ",0x41,0x42,0x43,0x44,0x45"),
            ",0x2a,0x2a,0x2a,0x2a");
  EXPECT_EQ(list(Family::kHexes, "\\x41\\x42\\x43\\x44\\x45"),
            "\\x2a\\x2a\\x2a\\x2a");
}

TEST(SameLength, StarsForEachByteOfASymbol) {
  EXPECT_EQ(same_length(Family::kText, "AB\\u002bC%2F-"), "*************");
  EXPECT_EQ(same_length(Family::kText, "A\x1b[1mB\\n  C  D \r\n E"),
            "*\x1b[1m*\\n  ****"
            " \r\n *");
  EXPECT_EQ(same_length(Family::kUtf16Text, "\0A\0\x1b\0[\0m\0B"s),
            "\0*\0\x1b\0[\0m\0*"s);
}

TEST(SameLength, HexStaysHex) {
  EXPECT_EQ(same_length(Family::kHex, "4142\n43"), "2a2a\n2a");
  EXPECT_EQ(same_length(Family::kHex, "4A42"), "2A2A");
}

/// Where the first bytes of a span were replaced already.
TEST(SameLength, TheLastBytesOfASpanKeepTheirPlace) {
  EXPECT_EQ(same_length(Family::kHex, "142"), "a2a");
  const std::string whole =
      same_length(Family::kBase64At0, std::string(81, 'A'));
  EXPECT_EQ(same_length(Family::kBase64At0, std::string(10, 'A')),
            whole.substr(71));
}

TEST(SameLength, ListsStayLists) {
  EXPECT_EQ(same_length(Family::kDecimals, ", 65,104,9,\n100"),
            ", 42,42 ,0,\n42 ");
  EXPECT_EQ(same_length(Family::kHexes, " 0x4a,0x41"), " 0x2a,0x2a");
}

/// Base64 of `before`, a secret and `behind`; with a mask in it, it decodes to
/// as many stars, and to the same text around them.
TEST(SameLength, Base64DecodesToStars) {
  const std::string secret = canary::Canaries(3).next_secret();
  const std::string stars = "cflt" + std::string(60, '*');
  for (const std::string before : {"", ":", "k:"}) {
    const auto family = before.empty()       ? Family::kBase64At0
                        : before.size() == 1 ? Family::kBase64At1
                                             : Family::kBase64At2;
    const std::string whole = canary::to_base64(before + secret + "}!");
    const std::string masked = canary::to_base64(before + stars + "}!");
    const std::size_t from = before.empty() ? 5 : before.size() == 1 ? 6 : 8;
    const std::string span = whole.substr(from, forms::symbols_needed(family));
    const std::string expected =
        masked.substr(from, forms::symbols_needed(family));
    EXPECT_EQ(same_length(family, span), expected) << before;
  }
}

/// An escaped last symbol moves to where it can be one of printable text.
TEST(SameLength, AnEscapeInBase64MovesToTheEndOfAGroup) {
  EXPECT_EQ(same_length(Family::kBase64At2, "AAAAAAA\\/", 6), "Kio\\/Kioq");
}

}  // namespace
}  // namespace cflt::redact
