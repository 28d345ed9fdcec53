// A few decoded symbols of a secret, overwritten when they go.
#pragma once

#include <array>
#include <cstddef>

namespace cflt::secret {

template <std::size_t kSize>
struct Glimpse {
  Glimpse() = default;
  Glimpse(const Glimpse&) = delete;
  Glimpse& operator=(const Glimpse&) = delete;
  /// As explicit_bzero(), of which the call takes a sixth of an anchor's time.
  ~Glimpse() {
    bytes.fill(0);
    asm volatile("" : : "r"(bytes.data()) : "memory");  // not left out
  }

  std::array<char, kSize> bytes;
};

}  // namespace cflt::secret
