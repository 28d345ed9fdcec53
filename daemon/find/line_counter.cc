#include "daemon/find/line_counter.h"

#include <string.h>

#include <algorithm>
#include <array>

namespace cflt::find {
namespace {

/// As many as a byte can count.
constexpr std::size_t kMostRows = 255;
constexpr std::size_t kLanes = 64;

/// Lanes of bytes count, so that it is compiled to SIMD without widening:
/// std::count takes four times as long.
[[gnu::always_inline]] inline std::uint64_t count_in_lanes(const char* at,
                                                           std::size_t size) {
  std::uint64_t feeds = 0;
  while (size >= kLanes) {
    std::array<std::uint8_t, kLanes> lanes{};
    const std::size_t rows = std::min(size / kLanes, kMostRows);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < kLanes; ++i) {
        lanes[i] = static_cast<std::uint8_t>(lanes[i] + (at[i] == '\n'));
      }
      at += kLanes;
    }
    for (const std::uint8_t lane : lanes) feeds += lane;
    size -= rows * kLanes;
  }
  return feeds + static_cast<std::uint64_t>(std::count(at, at + size, '\n'));
}

#ifdef __x86_64__
[[gnu::target("avx2")]] std::uint64_t count_with_avx2(const char* at,
                                                      std::size_t size) {
  return count_in_lanes(at, size);
}
#endif

std::uint64_t count_feeds(const char* at, std::size_t size) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return count_with_avx2(at, size);
#endif
  return count_in_lanes(at, size);
}

}  // namespace

void LineCounter::count(Bytes bytes) {
  const auto* last =
      static_cast<const char*>(::memrchr(bytes.data(), '\n', bytes.size()));
  if (last != nullptr) {
    line_ += count_feeds(bytes.data(), bytes.size());
    line_begin_ =
        position_ + static_cast<std::uint64_t>(last - bytes.data()) + 1;
  }
  position_ += bytes.size();
}

}  // namespace cflt::find
