// What only shows when all parts are known: inputs, addresses, memory.
#pragma once

#include "config/draft.h"

namespace cflt::config {

/// Whether `name` matches a pattern with * and ?.
bool matches(std::string_view pattern, std::string_view name);

/// Checks all, and gives the sinks their inputs.
void check_across(Draft& draft, Report& report);

}  // namespace cflt::config
