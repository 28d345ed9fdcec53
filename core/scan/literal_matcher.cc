#include "core/scan/literal_matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cflt::scan {
namespace {

/// A set of literals, one bit each.
using LiteralSet = std::uint64_t;
static_assert(kLiteralCount <= 64);

/// For each byte, the literals that have it `from_end` bytes before their end.
constexpr std::array<LiteralSet, 256> literals_with(std::size_t from_end) {
  std::array<LiteralSet, 256> literals{};
  for (std::size_t i = 0; i < kLiteralCount; ++i) {
    const auto& [bytes, family, is_caseless] = kLiterals[i];
    const char c = bytes[bytes.size() - from_end];
    literals[static_cast<unsigned char>(c)] |= LiteralSet{1} << i;
    if (is_caseless && 'a' <= c && c <= 'z') {
      literals[static_cast<unsigned char>(c - 'a' + 'A')] |= LiteralSet{1} << i;
    }
  }
  return literals;
}

constexpr auto kLast = literals_with(1);
constexpr auto kBeforeLast = literals_with(2);
constexpr auto kThirdLast = literals_with(3);

LiteralSet literals_of(FamilySet families) {
  LiteralSet literals = 0;
  for (std::size_t i = 0; i < kLiteralCount; ++i) {
    if (families.has(kLiterals[i].family)) literals |= LiteralSet{1} << i;
  }
  return literals;
}

bool ends_at(Bytes block, std::size_t end, const Literal& literal) {
  const std::string_view bytes = literal.bytes;
  if (end < bytes.size()) return false;
  const char* at = block.data() + end - bytes.size();
  if (!literal.is_caseless) {
    return std::memcmp(at, bytes.data(), bytes.size()) == 0;
  }
  return std::equal(bytes.begin(), bytes.end(), at,
                    [](char a, char b) { return a == lower_case(b); });
}

}  // namespace

void match_literals(Bytes block, FamilySet families,
                    std::vector<Anchor>& anchors) {
  const LiteralSet wanted = literals_of(families);
  const auto byte = [block](std::size_t at) {
    return static_cast<unsigned char>(block[at]);
  };
  for (std::size_t end = kShortestLiteralBytes; end <= block.size(); ++end) {
    LiteralSet maybe = kLast[byte(end - 1)] & wanted;
    if (maybe == 0) continue;
    // Hardly anything gets past these two, of what is not an anchor.
    maybe &= kBeforeLast[byte(end - 2)] & kThirdLast[byte(end - 3)];
    for (; maybe != 0; maybe &= maybe - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(maybe));
      if (!ends_at(block, end, kLiterals[i])) continue;
      anchors.push_back(
          {static_cast<std::uint32_t>(end), static_cast<std::uint8_t>(i)});
      break;  // at most one ends here
    }
  }
}

}  // namespace cflt::scan
