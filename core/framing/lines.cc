#include "core/framing/lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace cflt::framing {
namespace {

constexpr std::size_t kStep = 64;

/// Lines are found, then noted, in pieces of which the ends fit the first-level
/// cache.
constexpr std::size_t kStretch = 4096;

/// Bit i says whether data[i] is `c`, for 64 bytes.
using EqualMask = std::uint64_t (*)(const char* data, char c);

#ifdef __x86_64__
[[gnu::target("avx2")]] inline std::uint64_t equal_mask_avx2(const char* data,
                                                             char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  const auto* bytes = reinterpret_cast<const __m256i*>(data);
  const __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(bytes), wanted);
  const __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256(bytes + 1), wanted);
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))}
             << 32;
}
#endif

inline std::uint64_t equal_mask(const char* data, char c) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < kStep; ++i) {
    mask |= std::uint64_t{data[i] == c} << i;
  }
  return mask;
}

/// Writes where each terminator in [from, to) stands; how many. The first of a
/// step is written in any case, there or not: of lines of usual length no
/// branch can be predicted (28 ms a GB of them, 5 without). So `ends` has room
/// for one more.
template <EqualMask kEqualMask>
[[gnu::always_inline]] inline std::size_t find_ends(const char* data,
                                                    std::size_t from,
                                                    std::size_t to,
                                                    char terminator,
                                                    std::uint32_t* ends) {
  std::size_t count = 0;
  for (std::size_t at = from; at < to; at += kStep) {
    std::uint64_t mask = kEqualMask(data + at, terminator);
    if (to - at < kStep) mask &= (std::uint64_t{1} << (to - at)) - 1;
    const auto in_step = static_cast<std::size_t>(std::popcount(mask));
    std::size_t i = 0;
    do {
      ends[count + i] = static_cast<std::uint32_t>(at) +
                        static_cast<std::uint32_t>(std::countr_zero(mask));
      mask &= mask - 1;
    } while (++i < in_step);
    count += in_step;
  }
  return count;
}

template <EqualMask kEqualMask>
[[gnu::always_inline]] inline std::size_t split(Bytes bytes, std::size_t from,
                                                char terminator,
                                                std::size_t max_length,
                                                std::vector<Range>& lines) {
  std::array<std::uint32_t, kStretch + 1> ends;
  std::size_t begin = from;
  for (std::size_t at = from; at < bytes.size(); at += kStretch) {
    const std::size_t to = std::min(at + kStretch, bytes.size());
    const std::size_t count =
        find_ends<kEqualMask>(bytes.data(), at, to, terminator, ends.data());
    for (const std::uint32_t end : std::span(ends).first(count)) {
      if (end - begin > max_length) return begin;
      lines.push_back({static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(end - begin)});
      begin = end + 1;
    }
  }
  return begin;
}

#ifdef __x86_64__
[[gnu::target("avx2,bmi,popcnt")]] std::size_t split_avx2(
    Bytes bytes, std::size_t from, char terminator, std::size_t max_length,
    std::vector<Range>& lines) {
  return split<equal_mask_avx2>(bytes, from, terminator, max_length, lines);
}
#endif

}  // namespace

std::size_t split_lines(Bytes bytes, std::size_t from, char terminator,
                        std::size_t max_length, std::vector<Range>& lines) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") &&
                               __builtin_cpu_supports("bmi") &&
                               __builtin_cpu_supports("popcnt");
  if (has_avx2) return split_avx2(bytes, from, terminator, max_length, lines);
#endif
  return split<equal_mask>(bytes, from, terminator, max_length, lines);
}

}  // namespace cflt::framing
