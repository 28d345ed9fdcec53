// A configuration file to Settings, or to everything that is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "config/loaded.h"
#include "config/variables.h"

namespace cflt::config {

/// `text` is the file's; `file` is its name in complaints. Without a `lookup`
/// variables stay unresolved, and are not checked. Opens and resolves nothing.
Loaded load_text(const std::string& text, const std::string& file,
                 const Lookup& lookup, const Circumstances& now = {});

/// The same for a file, which has at most 1 MiB; `-` is stdin, which cannot be
/// a source then.
Loaded load_file(const std::string& path, const Lookup& lookup,
                 const Circumstances& now = {});

/// The environment of this process.
std::optional<std::string> from_environment(const std::string& name);

}  // namespace cflt::config
