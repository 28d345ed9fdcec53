// A configuration file to Settings, or to everything that is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/complaint.h"
#include "config/settings.h"
#include "config/variables.h"

namespace cflt::config {

struct Loaded {
  std::optional<Settings> settings;  // none where there are errors
  std::vector<Complaint> errors;
  std::vector<Complaint> warnings;
  /// Values that wait for the environment (no lookup was given): they were not
  /// checked and have their defaults, so these settings are not to be run.
  std::size_t unresolved_count = 0;
};

/// `text` is the file's; `file` is its name in complaints. Without a `lookup`
/// variables stay unresolved, and are not checked. Opens and resolves nothing.
Loaded load_text(const std::string& text, const std::string& file,
                 const Lookup& lookup);

/// The same for a file, which has at most 1 MiB.
Loaded load_file(const std::string& path, const Lookup& lookup);

/// The environment of this process.
std::optional<std::string> from_environment(const std::string& name);

}  // namespace cflt::config
