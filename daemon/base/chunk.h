// How much is read at once.
#pragma once

#include <cstddef>

namespace cflt::base {

/// Fits a core's second-level cache, so that what read() copied in is still
/// there for the scan and for write(). Measured in docs/performance.md.
inline constexpr std::size_t kChunkBytes = 256 << 10;

}  // namespace cflt::base
