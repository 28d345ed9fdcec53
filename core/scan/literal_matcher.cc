#include "core/scan/literal_matcher.h"

#include <cstring>

namespace cflt::scan {
namespace {

/// For each byte, the families whose literal begins with it, one bit each.
constexpr std::array<std::uint8_t, 256> make_first_bytes() {
  std::array<std::uint8_t, 256> families{};
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto first = static_cast<unsigned char>(kLiterals[i][0]);
    families[first] = static_cast<std::uint8_t>(families[first] | (1U << i));
  }
  return families;
}

constexpr auto kFirstBytes = make_first_bytes();

std::uint32_t load(const char* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// Four bytes first, which all literals have: hardly anything gets past them,
/// and for `cflt` they are all.
bool stands_at(Bytes block, std::size_t at, std::string_view literal) {
  static_assert(sizeof(std::uint32_t) == kShortestLiteralBytes);
  const char* bytes = block.data() + at;
  return block.size() - at >= literal.size() &&
         load(bytes) == load(literal.data()) &&
         (literal.size() == sizeof(std::uint32_t) ||
          std::memcmp(bytes, literal.data(), literal.size()) == 0);
}

}  // namespace

void match_literals(Bytes block, FamilySet families,
                    std::vector<Anchor>& anchors) {
  for (std::size_t at = 0; at < block.size(); ++at) {
    unsigned maybe = kFirstBytes[static_cast<unsigned char>(block[at])];
    for (unsigned i = 0; maybe != 0; ++i, maybe >>= 1) {
      const auto family = static_cast<Family>(i);
      if ((maybe & 1) == 0 || !families.has(family) ||
          !stands_at(block, at, kLiterals[i])) {
        continue;
      }
      const std::size_t end = at + kLiterals[i].size();
      anchors.push_back({static_cast<std::uint32_t>(end), family});
      at = end - 1;  // literals do not overlap
      break;
    }
  }
}

}  // namespace cflt::scan
