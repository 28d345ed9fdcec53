// Hex: two plain symbols of the run, each a hex digit, are one byte.
#pragma once

#include "core/forms/inner_run.h"

namespace cflt::forms::hex {

bool is_broken(const Ways& ways, const Reading& reading);
bool is_hopeless(const Ways& ways, const Reading& reading, InnerRun& inner);
void read(const Ways& ways, const Reading& reading, InnerRun& inner,
          Candidate& candidate);

}  // namespace cflt::forms::hex
