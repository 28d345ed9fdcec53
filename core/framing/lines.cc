#include "core/framing/lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
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

/// Bit i says whether data[i] ends a line, for 64 bytes.
template <class Ends>
inline std::uint64_t end_mask(const char* data, Ends ends) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < kStep; ++i) {
    mask |= std::uint64_t{ends.has(data[i])} << i;
  }
  return mask;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] inline std::uint64_t to_mask(__m256i low,
                                                     __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))}
             << 32;
}
#endif

/// What ends a line: one byte.
struct OneEnd {
  char terminator;
  bool skips_empty;

  static bool is_nul(char) { return false; }

  bool has(char c) const { return c == terminator; }
#ifdef __x86_64__
  [[gnu::target("avx2")]] __m256i equal(__m256i bytes) const {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(terminator));
  }
#endif
};

/// LF or NUL.
struct SyslogEnd {
  static constexpr bool skips_empty = true;

  static bool is_nul(char c) { return c == '\0'; }

  bool has(char c) const { return c == '\n' || c == '\0'; }
#ifdef __x86_64__
  [[gnu::target("avx2")]] __m256i equal(__m256i bytes) const {
    return _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')),
                           _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
  }
#endif
};

#ifdef __x86_64__
template <class Ends>
[[gnu::target("avx2")]] inline std::uint64_t end_mask_avx2(const char* data,
                                                           Ends ends) {
  const auto* bytes = reinterpret_cast<const __m256i*>(data);
  return to_mask(ends.equal(_mm256_loadu_si256(bytes)),
                 ends.equal(_mm256_loadu_si256(bytes + 1)));
}
#endif

template <class Ends>
using EndMask = std::uint64_t (*)(const char* data, Ends ends);

/// Writes where each end in [from, to) stands; how many. The first of a
/// step is written in any case, there or not: of lines of usual length no
/// branch can be predicted (28 ms a GB of them, 5 without). So `at_end` has
/// room for one more.
template <class Ends, EndMask<Ends> kEndMask>
[[gnu::always_inline]] inline std::size_t find_ends(const char* data,
                                                    std::size_t from,
                                                    std::size_t to, Ends ends,
                                                    std::uint32_t* at_end) {
  std::size_t count = 0;
  for (std::size_t at = from; at < to; at += kStep) {
    std::uint64_t mask = kEndMask(data + at, ends);
    if (to - at < kStep) mask &= (std::uint64_t{1} << (to - at)) - 1;
    const auto in_step = static_cast<std::size_t>(std::popcount(mask));
    std::size_t i = 0;
    do {
      at_end[count + i] = static_cast<std::uint32_t>(at) +
                          static_cast<std::uint32_t>(std::countr_zero(mask));
      mask &= mask - 1;
    } while (++i < in_step);
    count += in_step;
  }
  return count;
}

/// True where an empty line is none: LF at `end` belongs to the NUL before it.
/// (Where NUL is no end, it does not stand behind one.)
inline bool is_end_of_nul(const char* data, std::size_t end) {
  return end > 0 && data[end] == '\n' && data[end - 1] == '\0';
}

template <class Ends, EndMask<Ends> kEndMask>
[[gnu::always_inline]] inline Lines split(Bytes bytes, std::size_t from,
                                          Ends ends, std::size_t max_length,
                                          std::vector<Range>& lines) {
  std::array<std::uint32_t, kStretch + 1> at_end;
  Lines found{from};
  for (std::size_t at = from; at < bytes.size(); at += kStretch) {
    const std::size_t to = std::min(at + kStretch, bytes.size());
    const std::size_t count =
        find_ends<Ends, kEndMask>(bytes.data(), at, to, ends, at_end.data());
    for (const std::uint32_t end : std::span(at_end).first(count)) {
      const std::size_t size = end - found.rest;
      if (size > max_length) return found;
      found.has_nul_end |= Ends::is_nul(bytes[end]);
      if (size == 0 && ends.skips_empty) [[unlikely]] {
        found.empty_count += is_end_of_nul(bytes.data(), end) ? 0 : 1;
        found.has_gap = true;
        found.rest = end + 1;
        continue;
      }
      lines.push_back({static_cast<std::uint32_t>(found.rest),
                       static_cast<std::uint32_t>(size)});
      found.rest = end + 1;
    }
  }
  return found;
}

#ifdef __x86_64__
template <class Ends>
[[gnu::target("avx2,bmi,popcnt")]] Lines split_avx2(Bytes bytes,
                                                    std::size_t from, Ends ends,
                                                    std::size_t max_length,
                                                    std::vector<Range>& lines) {
  return split<Ends, end_mask_avx2<Ends>>(bytes, from, ends, max_length, lines);
}
#endif

template <class Ends>
Lines split_by(Bytes bytes, std::size_t from, Ends ends, std::size_t max_length,
               std::vector<Range>& lines) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") &&
                               __builtin_cpu_supports("bmi") &&
                               __builtin_cpu_supports("popcnt");
  if (has_avx2) return split_avx2(bytes, from, ends, max_length, lines);
#endif
  return split<Ends, end_mask<Ends>>(bytes, from, ends, max_length, lines);
}

/// Where memchr() has found something, or the size.
std::size_t offset_or_size(Bytes bytes, const void* found) {
  return found == nullptr ? bytes.size()
                          : static_cast<std::size_t>(
                                static_cast<const char*>(found) - bytes.data());
}

}  // namespace

Lines split_lines(Bytes bytes, std::size_t from, char terminator,
                  bool skips_empty, std::size_t max_length,
                  std::vector<Range>& lines) {
  return split_by(bytes, from, OneEnd{terminator, skips_empty}, max_length,
                  lines);
}

Lines split_syslog_lines(Bytes bytes, std::size_t from, std::size_t max_length,
                         std::vector<Range>& lines) {
  return split_by(bytes, from, SyslogEnd{}, max_length, lines);
}

/// In windows, so that a byte that stands far behind is not looked for again
/// and again: lines that end with NUL and a block without LF.
std::size_t find_line_end(Bytes bytes, std::size_t from) {
  constexpr std::size_t kWindow = 512;
  for (; from < bytes.size(); from += kWindow) {
    const Bytes window =
        bytes.slice(from, std::min(from + kWindow, bytes.size()));
    const void* lf = std::memchr(window.data(), '\n', window.size());
    const std::size_t before_lf = offset_or_size(window, lf);
    const void* nul = std::memchr(window.data(), '\0', before_lf);
    const std::size_t at =
        nul == nullptr ? before_lf : offset_or_size(window, nul);
    if (at < window.size()) return from + at;
  }
  return bytes.size();
}

}  // namespace cflt::framing
