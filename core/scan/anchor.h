// The literals whose occurrences start a candidate (docs/language.md, 2).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace cflt::scan {

/// How the secret behind an anchor is encoded.
enum class Family : std::uint8_t {
  kText,
  kBase64At0,  // 0, 1 or 2 bytes stand before the `c` in its group of three
  kBase64At1,
  kBase64At2,
  kHex,
  kUtf16Text,
  kUtf16Base64At0,
  kUtf16Base64At1,
  kUtf16Base64At2,
  kDecimals,  // lists of numbers
  kHexes,
};

inline constexpr std::size_t kFamilyCount = 11;

constexpr bool is_list(Family family) {
  return family == Family::kDecimals || family == Family::kHexes;
}

constexpr bool is_utf16(Family family) {
  return Family::kUtf16Text <= family && family <= Family::kUtf16Base64At2;
}

struct Literal {
  std::string_view bytes;  // lower case where case does not matter
  Family family;
  bool is_caseless = false;
};

/// The index of a literal is the id of its Hyperscan expression. The letters
/// `c f l t` are 99, 102, 108, 116, or 63, 66, 6c, 74 in hex; the `c` of a list
/// is looked up behind the literal, so that its separators may be any. A few
/// separators are missing: with a 33rd literal a scan takes a third longer.
inline constexpr auto kLiterals = std::to_array<Literal>({
    {"cflt", Family::kText},
    {"Y2Zsd", Family::kBase64At0},
    {"NmbH", Family::kBase64At1},
    {"jZmx0", Family::kBase64At2},
    {"63666c74", Family::kHex, true},
    {{"c\0f\0l\0t", 7}, Family::kUtf16Text},
    {{"Y\0"
      "2\0Z\0s\0d",
      9},
     Family::kUtf16Base64At0},
    {{"N\0m\0b\0H", 7}, Family::kUtf16Base64At1},
    {{"j\0Z\0m\0x\0"
      "0",
      9},
     Family::kUtf16Base64At2},
    {"102,108", Family::kDecimals},
    {"102, 108", Family::kDecimals},
    {"102 108", Family::kDecimals},
    {"102;108", Family::kDecimals},
    {"102; 108", Family::kDecimals},
    {"102\n", Family::kDecimals},
    {"102\r", Family::kDecimals},
    {"102,\n", Family::kDecimals},
    {"102,\r", Family::kDecimals},
    {"66 6c", Family::kHexes, true},
    {"66-6c", Family::kHexes, true},
    {"66:6c", Family::kHexes, true},
    {"66,6c", Family::kHexes, true},
    {"66, 6c", Family::kHexes, true},
    {"66,0x6c", Family::kHexes, true},
    {"66, 0x6c", Family::kHexes, true},
    {"66 0x6c", Family::kHexes, true},
    {"66\\x6c", Family::kHexes, true},
    {"66\\\\x6c", Family::kHexes, true},
    {"\n66\n6c", Family::kHexes, true},
    {" 66\n", Family::kHexes},
    {"66,\n", Family::kHexes},
    {"66,\r", Family::kHexes},
});

inline constexpr std::size_t kLiteralCount = kLiterals.size();
static_assert(kLiteralCount <= 32);

constexpr char lower_case(char c) {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Where the digits of the letter `f` begin in the literal of a list.
constexpr std::size_t number_at(const Literal& literal) {
  return literal.bytes.find_first_of("16");
}

inline constexpr std::size_t kShortestLiteralBytes = 4;
inline constexpr std::size_t kLongestLiteralBytes = 9;
static_assert(std::all_of(kLiterals.begin(), kLiterals.end(), [](auto literal) {
  return kShortestLiteralBytes <= literal.bytes.size() &&
         literal.bytes.size() <= kLongestLiteralBytes;
}));

/// Whether both can be the same bytes.
constexpr bool can_be_same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char c, char d) {
    return lower_case(c) == lower_case(d);
  });
}

/// How far behind an occurrence of `first` one of `second` can end at least,
/// but `from` bytes or more: literals overlap.
constexpr std::size_t least_distance(std::string_view first,
                                     std::string_view second,
                                     std::size_t from) {
  std::size_t distance = from;
  for (; distance < second.size(); ++distance) {
    const std::size_t before = second.size() - distance;
    const std::size_t shared = std::min(first.size(), before);
    if (can_be_same(first.substr(first.size() - shared),
                    second.substr(before - shared, shared))) {
      break;
    }
  }
  return distance;
}

constexpr std::size_t least_distance_of_all() {
  std::size_t least = kLongestLiteralBytes;
  for (const Literal& first : kLiterals) {
    for (const Literal& second : kLiterals) {
      const std::size_t from = &first == &second ? 1 : 0;
      least = std::min(least, least_distance(first.bytes, second.bytes, from));
    }
  }
  return least;
}

/// The least distance of the ends of two anchors. At most one ends at a byte.
inline constexpr std::size_t kLeastDistanceBytes = least_distance_of_all();
static_assert(kLeastDistanceBytes == 3);

/// A set of families, one bit each.
class FamilySet {
 public:
  constexpr void add(Family family) { bits_ |= bit(family); }
  constexpr bool has(Family family) const { return bits_ & bit(family); }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr unsigned bit(Family family) {
    return 1U << static_cast<unsigned>(family);
  }
  unsigned bits_ = 0;
};

/// An occurrence of a literal in a scanned block.
struct Anchor {
  std::uint32_t end;  // offset in the block of the byte behind the literal
  std::uint8_t literal;

  constexpr const Literal& what() const { return kLiterals[literal]; }
  constexpr Family family() const { return what().family; }
  constexpr std::size_t size() const { return what().bytes.size(); }
};

}  // namespace cflt::scan
