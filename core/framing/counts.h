// Octet counts (RFC 6587, 3.4.1), and many counted frames at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/framing/range.h"

namespace cflt::framing {

/// The longest count, "999999999".
inline constexpr std::size_t kMaxCountDigits = 9;

/// The count in front of a frame.
struct Count {
  enum class State : std::uint8_t { kComplete, kIncomplete, kBad };
  State state;
  std::size_t payload_at = 0;  // complete: behind its space
  std::uint64_t value = 0;     // complete: bytes of payload
};

/// Reads `[1-9][0-9]{0,8} ` at the front of `bytes`.
Count read_count(Bytes bytes);

/// Appends the payloads of the counted frames in bytes[from..), up to the first
/// that is not complete, bad, longer than `max_length` or ends with a
/// terminator, which is not payload. Returns where that one begins.
std::size_t split_counted(Bytes bytes, std::size_t from, std::size_t max_length,
                          std::vector<Range>& payloads);

/// Of a payload: LF or NUL at its end, which belongs to the frame.
inline bool ends_with_terminator(Bytes payload) {
  if (payload.empty()) return false;
  const char last = payload[payload.size() - 1];
  return last == '\n' || last == '\0';
}

}  // namespace cflt::framing
