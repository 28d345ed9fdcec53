// What only shows when all parts are known: inputs, addresses, memory.
#pragma once

#include "config/draft.h"

namespace cflt::config {

/// Whether `name` matches a pattern with * and ?.
bool matches(const std::string& pattern, const std::string& name);

/// Checks all, and gives the sinks their inputs.
void check_across(Draft& draft, Report& report);

}  // namespace cflt::config
