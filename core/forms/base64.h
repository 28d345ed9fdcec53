// Base64: each symbol of the run is six bits of the secret's text.
//
//   offset 1    . c f l t s0 s1 ...       bytes, one before the `c`
//   symbols     ? ? N m  b H 4 .  . . . .   `NmbH` ends four bits into the `t`
//                             ^ behind the anchor: 4 bits of `t`, then s0
//
// "Lead" is the number of those bits of the `t`: 2, 4 or 0 for offsets 0 to 2.
#pragma once

#include "core/forms/inner_run.h"

namespace cflt::forms::base64 {

/// Bits behind the anchor that belong to the `t`, for each offset.
constexpr std::uint32_t lead_bits(std::uint32_t offset) {
  return offset == 0 ? 2 : offset == 1 ? 4 : 0;
}

/// Symbols behind the anchor that hold the first `count` bytes behind `cflt`.
constexpr std::uint32_t symbols_covering(std::uint32_t offset,
                                         std::uint32_t count) {
  return (lead_bits(offset) + 8 * count + 5) / 6;
}

bool fits_behind(std::uint32_t offset, char previous);
bool is_broken(const Ways& ways, const Reading& reading);
bool is_hopeless(std::uint32_t offset, const Ways& ways, const Reading& reading,
                 InnerRun& inner);
void read(std::uint32_t offset, const Ways& ways, const Reading& reading,
          InnerRun& inner, Candidate& candidate);

}  // namespace cflt::forms::base64
