#include "core/scan/literal_matcher.h"

#include <algorithm>
#include <array>
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

/// Two bytes, as they are read at once.
using Pair = std::uint16_t;

constexpr Pair pair_of(char first, char last) {
  return std::bit_cast<Pair>(std::array<char, sizeof(Pair)>{first, last});
}

constexpr char upper_case(char c) {
  return 'a' <= c && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

/// For each pair, whether a literal ends with it.
constexpr auto kEnds = [] {
  std::array<bool, 1 << 16> ends{};
  for (const auto& [bytes, family, is_caseless] : kLiterals) {
    const char first = bytes[bytes.size() - 2];
    const char last = bytes[bytes.size() - 1];
    ends[pair_of(first, last)] = true;
    if (!is_caseless) continue;
    ends[pair_of(first, upper_case(last))] = true;
    ends[pair_of(upper_case(first), last)] = true;
    ends[pair_of(upper_case(first), upper_case(last))] = true;
  }
  return ends;
}();

LiteralSet literals_of(FamilySet families) {
  LiteralSet literals = 0;
  for (std::size_t i = 0; i < kLiteralCount; ++i) {
    if (families.has(kLiterals[i].family)) literals |= LiteralSet{1} << i;
  }
  return literals;
}

/// A literal's last eight bytes, or fewer, as a number: what a byte of it must
/// be, behind a mask that leaves out case and the bytes in front.
struct Tail {
  std::uint64_t bytes;
  std::uint64_t mask;
};

constexpr std::size_t kTailBytes = sizeof(std::uint64_t);

constexpr Tail tail_of(const Literal& literal) {
  const auto& [bytes, family, is_caseless] = literal;
  const std::size_t count = std::min(bytes.size(), kTailBytes);
  std::array<char, kTailBytes> wanted{};
  std::array<char, kTailBytes> mask{};
  for (std::size_t i = 1; i <= count; ++i) {
    const char c = bytes[bytes.size() - i];
    const bool has_case = is_caseless && 'a' <= c && c <= 'z';
    mask[kTailBytes - i] = static_cast<char>(has_case ? ~('a' - 'A') : ~0);
    wanted[kTailBytes - i] = static_cast<char>(c & mask[kTailBytes - i]);
  }
  return {std::bit_cast<std::uint64_t>(wanted),
          std::bit_cast<std::uint64_t>(mask)};
}

constexpr auto kTails = [] {
  std::array<Tail, kLiteralCount> tails{};
  for (std::size_t i = 0; i < kLiteralCount; ++i) {
    tails[i] = tail_of(kLiterals[i]);
  }
  return tails;
}();

/// A literal's first byte, where it is the only one in front of its tail.
static_assert(kLongestLiteralBytes <= kTailBytes + 1);

bool ends_at(Bytes block, std::size_t end, std::size_t literal) {
  const std::string_view bytes = kLiterals.data()[literal].bytes;
  if (end < bytes.size()) return false;
  const std::size_t known = std::min(end, kTailBytes);
  const char* const to = block.data() + end;
  std::array<char, kTailBytes> last{};
  std::memcpy(last.data() + (kTailBytes - known), to - known, known);
  const Tail& tail = kTails.data()[literal];
  return (std::bit_cast<std::uint64_t>(last) & tail.mask) == tail.bytes &&
         (bytes.size() <= kTailBytes || *(to - bytes.size()) == bytes.front());
}

}  // namespace

void match_literals(Bytes block, FamilySet families,
                    std::vector<Anchor>& anchors) {
  const LiteralSet wanted = literals_of(families);
  const char* const bytes = block.data();
  const std::size_t size = block.size();
  const auto byte = [bytes](std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
  };
  for (std::size_t end = kShortestLiteralBytes; end <= size; ++end) {
    Pair pair;
    std::memcpy(&pair, bytes + end - sizeof(pair), sizeof(pair));
    if (!kEnds.data()[pair]) continue;
    // Hardly anything gets past the third, of what is not an anchor.
    LiteralSet maybe = wanted & kLast[byte(end - 1)] &
                       kBeforeLast[byte(end - 2)] & kThirdLast[byte(end - 3)];
    for (; maybe != 0; maybe &= maybe - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(maybe));
      if (!ends_at(block, end, i)) continue;
      anchors.push_back(
          {static_cast<std::uint32_t>(end), static_cast<std::uint8_t>(i)});
      break;  // at most one ends here
    }
  }
}

}  // namespace cflt::scan
