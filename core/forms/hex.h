// Hex: two plain symbols of the run, each a hex digit, are one byte.
#pragma once

#include "core/forms/reading.h"

namespace cflt::forms::hex {

inline constexpr std::uint32_t kSymbolsNeeded = 2 * secret::kSymbolCount;

bool is_broken(const Reading& reading);
bool is_hopeless(const Reading& reading);
void read(const Reading& reading, Candidate& candidate);

}  // namespace cflt::forms::hex
