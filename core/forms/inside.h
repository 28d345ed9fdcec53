// A candidate that is written inside base64 or hex.
#pragma once

#include "core/forms/inner_run.h"

namespace cflt::forms::inside {

/// As in candidates.h. `text` is where the candidate's text begins; its first
/// bytes are known up to a body.
bool is_hopeless(const Ways& ways, const Reading& outer, const InnerText& text,
                 InnerRun& inner);
void read(const Ways& ways, const Reading& outer, const InnerText& text,
          InnerRun& inner, Candidate& candidate);

}  // namespace cflt::forms::inside
