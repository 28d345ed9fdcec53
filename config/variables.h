// Environment variables in values: ${NAME}, ${NAME:-default}, $$ for one $.
//
// They are filled in after parsing and in values only, so what a variable
// holds is never YAML.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/document.h"

namespace cflt::config {

/// The value of a variable; none where it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string&)>;

/// Fills in every scalar below `node`. Without a `lookup` those that hold a
/// variable become unresolved. Returns how many do not have their value.
std::size_t fill_in(DocumentNode& node, const Lookup& lookup, Report& report);

}  // namespace cflt::config
