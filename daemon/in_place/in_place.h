// -i: each file is replaced by its redacted self, if it changes.
#pragma once

#include "daemon/filter.h"

namespace cflt::daemon {

/// Each on its own; goes on behind one that failed. A signal that ends the
/// program leaves the file in hand as it was.
ExitCode run_in_place(const FilterOptions& options);

}  // namespace cflt::daemon
