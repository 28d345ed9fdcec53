#include "core/forms/sextets.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/canary/canary.h"
#include "core/secret/alphabet.h"

namespace cflt::forms {
namespace {

using Decode = void (*)(const std::uint8_t*, std::uint32_t, char*);

class Sextets : public testing::TestWithParam<Decode> {
 protected:
  std::string decode(const std::vector<std::uint8_t>& values) const {
    const auto blocks = static_cast<std::uint32_t>(values.size()) / 16;
    std::string bytes(blocks * 12 + 4, '?');
    GetParam()(values.data(), blocks, bytes.data());
    return bytes.substr(0, blocks * 12);
  }
};

INSTANTIATE_TEST_SUITE_P(EveryCpu, Sextets,
                         testing::Values(decode_sextets,
                                         decode_sextets_portably));

std::vector<std::uint8_t> values_of(const std::string& symbols) {
  std::vector<std::uint8_t> values;
  for (const char c : symbols) values.push_back(secret::value_of(c));
  return values;
}

TEST_P(Sextets, GiveBackWhatWasEncoded) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size <= 84; size += 12) {
    for (int round = 0; round < 100; ++round) {
      std::string bytes(size, '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      EXPECT_EQ(decode(values_of(canary::to_base64(bytes))), bytes);
    }
  }
}

TEST_P(Sextets, OfAValueSixBitsCount) {
  std::mt19937 random(2);
  std::vector<std::uint8_t> values(96);
  for (auto& value : values) value = static_cast<std::uint8_t>(random());
  std::vector<std::uint8_t> six_bits = values;
  for (auto& value : six_bits) value &= 63;
  EXPECT_EQ(decode(values), decode(six_bits));
}

TEST(SextetBlocks, HoldAllBytes) {
  EXPECT_EQ(blocks_of(0), 0U);
  EXPECT_EQ(blocks_of(1), 1U);
  EXPECT_EQ(blocks_of(12), 1U);
  EXPECT_EQ(blocks_of(60), 5U);
  EXPECT_EQ(blocks_of(61), 6U);
}

}  // namespace
}  // namespace cflt::forms
