#include "core/redact/mask.h"

#include <gtest/gtest.h>

#include <string>

#include "core/canary/canary.h"
#include "core/forms/base64.h"

namespace cflt::redact {
namespace {

using scan::Family;

std::string tail(Family family, std::uint32_t count = 60, char last = 'A') {
  const MaskTail mask(family, count, last);
  return {mask.bytes().data(), mask.bytes().size()};
}

TEST(MaskTail, IsStarsInTheAnchorsEncoding) {
  EXPECT_EQ(tail(Family::kText), "****");
  EXPECT_EQ(tail(Family::kHexLower), "2a2a2a2a");
  EXPECT_EQ(tail(Family::kHexUpper), "2A2A2A2A");
  EXPECT_EQ(tail(Family::kUtf16), std::string("\0*\0*\0*\0*", 8));
}

/// With the anchor in front it is the base64 of cflt******, at each offset.
TEST(MaskTail, Base64DecodesToSixStars) {
  EXPECT_EQ("Y2Zsd" + tail(Family::kBase64At0),
            canary::to_base64("cflt******").substr(0, 14));
  EXPECT_EQ("OmNmbH" + tail(Family::kBase64At1),
            canary::to_base64(":cflt******").substr(0, 15));
  EXPECT_EQ("azpjZmx0" + tail(Family::kBase64At2),
            canary::to_base64("k:cflt******"));
}

TEST(MaskTail, Base64KeepsTheNeighboursBits) {
  // Offset 0: the last symbol has 2 bits of a star and 4 of what follows.
  EXPECT_EQ(tail(Family::kBase64At0, 60, 'A').back(), 'g');  // 10 0000
  EXPECT_EQ(tail(Family::kBase64At0, 60, 'P').back(), 'v');  // 10 1111
  EXPECT_EQ(tail(Family::kBase64At0, 60, '/').back(), 'v');
  EXPECT_EQ(tail(Family::kBase64At1, 60, 'D').back(), 'r');  // 1010 11
  EXPECT_EQ(tail(Family::kBase64At2, 60, '/').back(), 'q');  // none shared
}

TEST(MaskTail, Base64TakesAwayAMultipleOfFourSymbols) {
  using forms::base64::symbols_covering;
  for (const auto family :
       {Family::kBase64At0, Family::kBase64At1, Family::kBase64At2}) {
    for (std::uint32_t count = 54; count <= 60; ++count) {
      const auto gone =
          symbols_covering(family, count) - tail(family, count, 'A').size();
      EXPECT_EQ(gone % 4, 0U) << count;
    }
    EXPECT_EQ(symbols_covering(family, 60) - tail(family).size(), 72U);
  }
}

}  // namespace
}  // namespace cflt::redact
