#include "daemon/find/key_id.h"

#include <gtest/gtest.h>

#include "core/canary/canary.h"

namespace cflt::find {
namespace {

using scan::Family;

const std::string kKey = "ABCD1234567890AB";
const std::string kOther = "ZYXW9876543210ZY";

std::string secret() { return canary::Canaries(1).next_secret(); }

/// The key ID of the secret at the `|`, which stands for it.
std::optional<std::string> key_beside(const std::string& line) {
  const std::size_t at = line.find('|');
  const std::string text = line.substr(0, at) + secret() + line.substr(at + 1);
  const SecretSpan own{at, at + 64};
  return find_key_id({text.data(), text.size()}, Family::kText, own, {{own}});
}

std::string padding(std::size_t size) { return std::string(size, '.'); }

TEST(KeyId, StandsOnEitherSide) {
  EXPECT_EQ(key_beside("user=ABCD1234567890AB password=|;"), kKey);
  EXPECT_EQ(key_beside("password=| user=ABCD1234567890AB"), kKey);
  EXPECT_EQ(key_beside("ABCD1234567890AB:|"), kKey);
  EXPECT_EQ(key_beside("|"), std::nullopt);
}

TEST(KeyId, NearestWins) {
  const std::string key = kKey;
  const std::string other = kOther;
  EXPECT_EQ(key_beside(other + " " + key + " |"), kKey);
  EXPECT_EQ(key_beside("| " + key + " " + other), kKey);
  EXPECT_EQ(key_beside(other + "..|." + key), kKey);
  EXPECT_EQ(key_beside(key + ".|.." + other), kKey);
}

TEST(KeyId, OneBeforeWinsWhereBothAreAsNear) {
  EXPECT_EQ(key_beside(kKey + ":|:" + kOther), kKey);
}

TEST(KeyId, ReachEndsAfter256Bytes) {
  const std::string key = kKey;
  EXPECT_EQ(key_beside(".." + key + padding(240) + "|"), kKey);
  EXPECT_EQ(key_beside(".." + key + padding(241) + "|"), std::nullopt);
  EXPECT_EQ(key_beside("|" + padding(240) + key + ".."), kKey);
  EXPECT_EQ(key_beside("|" + padding(241) + key + ".."), std::nullopt);
}

TEST(KeyId, RunThatGoesOnBeyondTheReachIsNone) {
  const std::string key = kKey;
  EXPECT_EQ(key_beside("x" + key + padding(240) + "|"), std::nullopt);
  EXPECT_EQ(key_beside("|" + padding(240) + key + "x"), std::nullopt);
}

TEST(KeyId, AnotherLineIsNotLookedAt) {
  const std::string key = kKey;
  EXPECT_EQ(key_beside(key + "\n|\n" + key), std::nullopt);
  EXPECT_EQ(key_beside(kOther + std::string("\n") + key + " |"), kKey);
}

TEST(KeyId, LetterOrDigitBesideItMeansNone) {
  EXPECT_EQ(key_beside("xABCD1234567890AB |"), std::nullopt);
  EXPECT_EQ(key_beside("ABCD1234567890AB0 |"), std::nullopt);
  EXPECT_EQ(key_beside("ABCD1234567890aB |"), std::nullopt);
  EXPECT_EQ(key_beside("ABCD1234567890AB|"), std::nullopt);
  EXPECT_EQ(key_beside("|ABCD1234567890AB"), std::nullopt);
  EXPECT_EQ(key_beside("_ABCD1234567890AB-|"), kKey);
}

TEST(KeyId, PartOfAnotherSecretIsNone) {
  const std::string text = secret() + " /" + kKey + "/";
  const SecretSpan own{0, 64};
  const SecretSpan other{64, text.size()};
  EXPECT_EQ(find_key_id({text.data(), text.size()}, Family::kText, own,
                        {{own, other}}),
            std::nullopt);
}

/// The key ID of the secret in base64 of `before`, the secret, `behind`.
std::optional<std::string> key_inside(const std::string& before,
                                      const std::string& behind,
                                      const std::string& in_front = "") {
  constexpr Family kFamilies[] = {Family::kBase64At0, Family::kBase64At1,
                                  Family::kBase64At2};
  const std::string text =
      in_front + canary::to_base64(before + secret() + behind);
  const std::size_t offset = before.size() % 3;
  const std::size_t lead = offset == 0 ? 0 : offset + 1;
  const std::size_t begin = in_front.size() + before.size() / 3 * 4 + lead;
  const std::size_t end = in_front.size() + ((before.size() + 64) * 8 + 5) / 6;
  const SecretSpan own{begin, end};
  return find_key_id({text.data(), text.size()}, kFamilies[offset], own,
                     {{own}});
}

TEST(KeyIdInBase64, IsReadBesideTheSecretAtEveryOffset) {
  for (const std::string pad : {"", "a ", "ab ", "abc ", "\n"}) {
    EXPECT_EQ(key_inside(pad + kKey + ":", ""), kKey) << pad;
    EXPECT_EQ(key_inside(pad, ":" + kKey), kKey) << pad;
    EXPECT_EQ(key_inside(pad, "\",\"" + kKey + "\"}"), kKey) << pad;
  }
}

TEST(KeyIdInBase64, BeatsOneInTheTextAround) {
  EXPECT_EQ(key_inside(kKey + ":", "", kOther + " Basic "), kKey);
  EXPECT_EQ(key_inside("x:", "", kOther + " Basic "), kOther);
}

TEST(KeyIdInBase64, LongerRunIsNone) {
  EXPECT_EQ(key_inside("x" + kKey + ":", ""), std::nullopt);
  EXPECT_EQ(key_inside(kKey, ""), std::nullopt);
  EXPECT_EQ(key_inside(":", kKey), std::nullopt);
}

TEST(KeyIdInBase64, AnotherLineIsNotLookedAt) {
  EXPECT_EQ(key_inside(kKey + "\n", "\n" + kKey), std::nullopt);
}

}  // namespace
}  // namespace cflt::find
