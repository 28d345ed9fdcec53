// What to look for and what to do with it: made once, shared by all streams.
#pragma once

#include "core/forms/candidates.h"
#include "core/forms/form.h"
#include "core/redact/mask.h"

namespace cflt::stream {

/// What a user chooses.
struct Options {
  forms::FormSet forms = forms::FormSet::all();
  bool mask_truncated = true;
  bool mask_rejected = false;
  redact::MaskLength mask = redact::MaskLength::kShort;
};

/// Immutable. Outlives the streams that use it.
struct Rules {
  explicit Rules(const Options& chosen) : options(chosen), ways(chosen.forms) {}

  Options options;
  forms::WaysOfFamilies ways;
};

}  // namespace cflt::stream
