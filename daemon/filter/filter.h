// The filter: stdin, or files as one stream, to stdout.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stream/rules.h"
#include "daemon/base/exit_code.h"
#include "daemon/filter/input.h"
#include "daemon/filter/statistics.h"

namespace cflt::filter {

struct FilterOptions {
  std::vector<std::string> paths;     // none: stdin
  std::optional<std::string> output;  // none: stdout
  bool append = false;                // to `output`
  // -i, and the suffix of the copy that is kept; empty: none.
  std::optional<std::string> in_place;
  std::optional<std::string> metrics_file;
  stream::Options rules;
  Decompress decompress = Decompress::kNo;
  bool rewrites_binary = false;  // -i: files that are more than text, too
  StatsFormat stats = StatsFormat::kNone;
  bool check = false;   // write no data, answer with the exit code
  bool strict = false;  // --check: what nothing proves counts, too
  bool ignore_interrupts = false;
};

/// Runs until the input ends or the output fails.
base::ExitCode run_filter(const FilterOptions& options);

}  // namespace cflt::filter
