#include "core/framing/lines.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace cflt::framing {
namespace {

constexpr std::size_t kStep = 64;

/// Bit i says whether data[i] is `c`, for 64 bytes.
std::uint64_t equal_mask(const char* data, char c) {
  std::uint64_t mask = 0;
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(c);
  for (unsigned i = 0; i < kStep; i += 16) {
    const __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i));
    const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
    mask |= std::uint64_t{static_cast<std::uint32_t>(equal)} << i;
  }
#else
  for (unsigned i = 0; i < kStep; ++i) {
    mask |= std::uint64_t{data[i] == c} << i;
  }
#endif
  return mask;
}

}  // namespace

std::size_t split_lines(Bytes bytes, std::size_t from, char terminator,
                        std::size_t max_length, std::vector<Range>& lines) {
  std::size_t begin = from;
  for (std::size_t at = from; at < bytes.size(); at += kStep) {
    std::uint64_t mask = equal_mask(bytes.data() + at, terminator);
    const std::size_t left = bytes.size() - at;
    if (left < kStep) mask &= (std::uint64_t{1} << left) - 1;
    for (; mask != 0; mask &= mask - 1) {
      const std::size_t end =
          at + static_cast<unsigned>(std::countr_zero(mask));
      if (end - begin > max_length) return begin;
      lines.push_back({static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(end - begin)});
      begin = end + 1;
    }
  }
  return begin;
}

}  // namespace cflt::framing
