// What comes of loading a configuration, and what that depends on.
#pragma once

#include <optional>
#include <vector>

#include "config/complaint.h"
#include "config/settings.h"

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

}  // namespace cflt::config
