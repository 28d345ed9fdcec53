// Base64: each symbol of the run is six bits of the secret's text.
//
//   offset 1    . c f l t s0 s1 ...       bytes, one before the `c`
//   symbols     ? ? N m  b H 4 .  . . . .   `NmbH` ends four bits into the `t`
//                             ^ behind the anchor: 4 bits of `t`, then s0
//
// "Lead" is the number of those bits of the `t`: 2, 4 or 0 for offsets 0 to 2.
#pragma once

#include "core/forms/reading.h"

namespace cflt::forms::base64 {

/// Bits behind the anchor that belong to the `t`.
constexpr std::uint32_t lead_bits(Family family) {
  return family == Family::kBase64At0   ? 2
         : family == Family::kBase64At1 ? 4
                                        : 0;
}

/// Symbols behind the anchor that hold the first `count` symbols of a secret.
constexpr std::uint32_t symbols_covering(Family family, std::uint32_t count) {
  return (lead_bits(family) + 8 * count + 5) / 6;
}

bool fits_behind(Family family, char previous);
bool is_broken(How ways, const Reading& reading);
bool is_hopeless(Family family, How ways, const Reading& reading);
void read(Family family, How ways, const Reading& reading,
          Candidate& candidate);
Form form_of(Family family, const Reading& reading, std::uint32_t count);

}  // namespace cflt::forms::base64
