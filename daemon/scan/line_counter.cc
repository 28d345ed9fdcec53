#include "daemon/scan/line_counter.h"

#include <string.h>

#include <algorithm>

namespace cflt::daemon {
namespace {

/// As many as a byte can count.
constexpr std::size_t kBlockBytes = 255;
constexpr std::size_t kLanes = 32;

/// Lanes of bytes count, so that it is compiled to SIMD without widening:
/// std::count takes four times as long.
std::uint64_t count_feeds(const char* at, std::size_t size) {
  std::uint64_t feeds = 0;
  while (size >= kLanes) {
    std::uint8_t lanes[kLanes] = {};
    const std::size_t rows = std::min(size / kLanes, kBlockBytes);
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

}  // namespace cflt::daemon
