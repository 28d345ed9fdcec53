// What `exec` is asked to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stream/rules.h"
#include "daemon/filter/statistics.h"

namespace cflt::exec {

enum class OnFailure { kDiscard, kKill };

struct ExecOptions {
  std::vector<std::string> command;   // not empty
  std::optional<std::string> output;  // of the command's stdout; none: stdout
  bool append = false;                // to `output`
  stream::Options rules;
  filter::StatsFormat stats = filter::StatsFormat::kNone;
  std::optional<std::string> metrics_file;
  OnFailure on_failure = OnFailure::kDiscard;
  bool ignore_interrupts = false;
  bool terminal = false;
};

}  // namespace cflt::exec
