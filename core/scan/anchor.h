// The literals whose occurrences start a candidate (docs/language.md, 2).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cflt::scan {

/// How the secret behind an anchor is encoded. Also the index in kLiterals and
/// the id of the Hyperscan expression.
enum class Family : std::uint8_t {
  kText,
  kBase64At0,  // 0, 1 or 2 bytes stand before the `c` in its group of three
  kBase64At1,
  kBase64At2,
  kHexLower,
  kHexUpper,
  kUtf16,
};

inline constexpr std::size_t kFamilyCount = 7;

/// No literal can overlap another, or itself: the last byte of none is the
/// first byte of any, and none lies inside another.
inline constexpr std::array<std::string_view, kFamilyCount> kLiterals = {
    "cflt",
    "Y2Zsd",
    "NmbH",
    "jZmx0",
    "63666c74",
    "63666C74",
    std::string_view("c\0f\0l\0t", 7),
};

inline constexpr std::size_t kShortestLiteralBytes = 4;
inline constexpr std::size_t kLongestLiteralBytes = 8;

constexpr std::string_view literal(Family family) {
  return kLiterals[static_cast<std::size_t>(family)];
}

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
  Family family;
};

}  // namespace cflt::scan
