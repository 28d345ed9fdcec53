#include "daemon/fingerprints/fingerprint_command.h"

#include <gtest/gtest.h>

#include "core/canary/canary.h"
#include "daemon/fingerprints/fingerprint.h"

namespace cflt::fingerprints {
namespace {

std::string secret() { return canary::Canaries(1).next_secret(); }

TEST(MapLineOf, HasTheFingerprintAndWhatWasGiven) {
  const std::string line = secret() + " ABCD1234567890AB team  blue ";
  EXPECT_EQ(map_line_of(line).value(),
            "486abc8dc0b58cc5 ABCD1234567890AB team  blue\n");
  EXPECT_EQ(map_line_of(secret()).value(), "486abc8dc0b58cc5 - -\n");
  EXPECT_EQ(map_line_of("\t" + secret() + "\r").value(),
            "486abc8dc0b58cc5 - -\n");
}

TEST(MapLineOf, IsNothingForEmptyLinesAndComments) {
  EXPECT_EQ(map_line_of("").value(), "");
  EXPECT_EQ(map_line_of("# " + secret()).value(), "");
}

TEST(MapLineOf, OlderSecretsHaveOneToo) {
  std::string older = secret();
  older[0] = 'X';
  EXPECT_EQ(map_line_of(older).value().size(), 16U + 5U);
}

TEST(MapLineOf, RefusesWhatIsNoSecretWithoutAWordOfIt) {
  std::string wrong = secret();
  wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
  for (const std::string& line :
       {wrong, secret() + "x", secret().substr(1), secret() + " key",
        secret() + " abcd1234567890ab"}) {
    const auto made = map_line_of(line);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().message.find(line.substr(5, 8)), std::string::npos);
  }
}

TEST(FingerprintOf, IsThatOfTheSymbolsBehindThePrefix) {
  const std::string text = secret();
  std::array<char, secret::kSymbolCount> symbols;
  text.copy(symbols.data(), symbols.size(), 4);
  EXPECT_EQ(fingerprint(symbols),
            fingerprint_of(std::span<const char, kSecretBytes>(text)));
}

}  // namespace
}  // namespace cflt::fingerprints
