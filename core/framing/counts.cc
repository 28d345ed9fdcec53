#include "core/framing/counts.h"

#include <algorithm>

namespace cflt::framing {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Count read_count(Bytes bytes) {
  std::uint64_t value = 0;
  const std::size_t limit = std::min(bytes.size(), kMaxCountDigits);
  std::size_t at = 0;
  for (; at < limit && is_digit(bytes[at]); ++at) {
    value = value * 10 + static_cast<unsigned>(bytes[at] - '0');
    if (value == 0) return {Count::State::kBad};
  }
  if (at == bytes.size()) return {Count::State::kIncomplete};
  if (at == 0 || bytes[at] != ' ') return {Count::State::kBad};
  return {Count::State::kComplete, at + 1, value};
}

std::size_t split_counted(Bytes bytes, std::size_t from, std::size_t max_length,
                          std::vector<Range>& payloads) {
  while (true) {
    const Bytes rest = bytes.slice(from, bytes.size());
    const Count count = read_count(rest);
    if (count.state != Count::State::kComplete || count.value > max_length ||
        count.value > rest.size() - count.payload_at) {
      return from;
    }
    const std::size_t size = count.value;
    const std::size_t end = count.payload_at + size;
    if (ends_with_terminator(rest.slice(count.payload_at, end))) return from;
    payloads.push_back({static_cast<std::uint32_t>(from + count.payload_at),
                        static_cast<std::uint32_t>(size)});
    from += end;
  }
}

}  // namespace cflt::framing
