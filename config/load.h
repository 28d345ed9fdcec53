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
  /// None where there are errors. `workers` is what `auto` stands for, where
  /// that is known.
  std::optional<Settings> settings;
  std::vector<Complaint> errors;
  std::vector<Complaint> warnings;
  /// Values that wait for the environment (no lookup was given): they were not
  /// checked and have their defaults, so these settings are not to be run.
  std::size_t unresolved_count = 0;
};

/// Where, and for what, a configuration is loaded.
struct Circumstances {
  /// Workers that `auto` stands for. 0: not known; it is counted as one.
  unsigned auto_workers = 0;
  /// Nothing may wait: what is not a regular file, such as a pipe, could be
  /// read once, at the start, and is not read again.
  bool is_reload = false;
};

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
