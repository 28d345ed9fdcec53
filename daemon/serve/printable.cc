#include "daemon/serve/printable.h"

#include <fmt/format.h>

#include <cstdint>

#include "daemon/messages.h"

namespace cflt::daemon {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

/// What may follow the first byte of a sequence (Unicode 15, table 3-7).
struct SecondByte {
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
};

SecondByte second_byte_after(std::uint8_t first) {
  switch (first) {
    case 0xc2:  // below is C1, which a terminal may obey
    case 0xe0:
      return {0xa0, 0xbf};
    case 0xed:
      return {0x80, 0x9f};
    case 0xf0:
      return {0x90, 0xbf};
    case 0xf4:
      return {0x80, 0x8f};
    default:
      return {};
  }
}

std::size_t length_by_first(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/// Length of the well-formed sequence that `text` begins with; 0: none.
std::size_t sequence_length(std::string_view text) {
  const std::uint8_t first = byte_at(text, 0);
  const std::size_t length = length_by_first(first);
  if (length < 2) return length;
  if (text.size() < length) return 0;
  const auto [low, high] = second_byte_after(first);
  if (byte_at(text, 1) < low || byte_at(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string safe = safe_text(text);
  std::string output;
  output.reserve(safe.size());
  for (std::string_view rest = safe; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    if (length == 0) {
      output += fmt::format("\\x{:02x}", byte_at(rest, 0));
      rest.remove_prefix(1);
    } else {
      output += rest.substr(0, length);
      rest.remove_prefix(length);
    }
  }
  return output;
}

}  // namespace cflt::daemon
