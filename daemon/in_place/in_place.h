// -i: each file is replaced by its redacted self, if it changes.
#pragma once

#include "daemon/filter/filter.h"

namespace cflt::in_place {

/// Each on its own; goes on behind one that failed. A signal that ends the
/// program leaves the file in hand as it was.
base::ExitCode run_in_place(const filter::FilterOptions& options);

}  // namespace cflt::in_place
