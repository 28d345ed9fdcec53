#include <fmt/format.h>

#include <cstdint>

#include "core/stream/redact_text.h"
#include "daemon/base/messages.h"

namespace cflt::base {
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

/// The characters of Unicode's bidirectional algorithm that stand for nothing
/// else, and U+2028 and U+2029. All but U+061C begin with E2.
bool is_steering(std::string_view sequence) {
  if (sequence == "\xd8\x9c") return true;  // U+061C
  if (sequence.size() != 3 || byte_at(sequence, 0) != 0xe2) return false;
  const std::uint8_t second = byte_at(sequence, 1);
  const std::uint8_t third = byte_at(sequence, 2);
  return (second == 0x80 && third >= 0xa8 && third <= 0xae) ||  // U+2028..202E
         (second == 0x80 && (third == 0x8e || third == 0x8f)) ||  // U+200E, F
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);  // U+2066..2069
}

bool stays(std::string_view sequence) {
  if (sequence.size() > 1) return !is_steering(sequence);
  return byte_at(sequence, 0) >= 0x20 && byte_at(sequence, 0) < 0x7f;
}

void append_escaped(std::string& output, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    output += fmt::format("\\x{:02x}", byte_at(bytes, i));
  }
}

}  // namespace

std::string safe_text(std::string_view text) {
  const std::string redacted = stream::redact_text(text);
  std::string output;
  output.reserve(redacted.size());
  for (std::string_view rest = redacted; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    const std::string_view taken = rest.substr(0, length == 0 ? 1 : length);
    if (length > 0 && stays(taken)) {
      output += taken;
    } else {
      append_escaped(output, taken);
    }
    rest.remove_prefix(taken.size());
  }
  return output;
}

}  // namespace cflt::base
