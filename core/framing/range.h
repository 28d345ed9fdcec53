#pragma once

#include <cstdint>

namespace cflt::framing {

/// A payload, as an offset and a size.
struct Range {
  std::uint32_t at;
  std::uint32_t size;
};

}  // namespace cflt::framing
