// Text: a symbol of the run is a symbol of the secret.
#pragma once

#include "core/forms/reading.h"

namespace cflt::forms::text {

/// More spaces than this are prose (docs/language.md, 4).
inline constexpr std::uint32_t kMaxSpaces = 7;

bool is_broken(How ways, const Reading& reading);
bool is_hopeless(How ways, const Reading& reading);
void read(How ways, const Reading& reading, Candidate& candidate);
Form form_of(const Reading& reading, std::uint32_t count);

}  // namespace cflt::forms::text
