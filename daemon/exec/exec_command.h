// exec: runs a command, redacts what it prints, keeps its exit status.
//
//   thread           does
//   control (main)   signals to the child, its end, the time limit after it
//   one a stream     child_stream.h
//   keyboard         with --tty: terminal.h
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stream/rules.h"
#include "daemon/exit_code.h"
#include "daemon/filter.h"

namespace cflt::daemon {

enum class OnFailure { kDiscard, kKill };

struct ExecOptions {
  std::vector<std::string> command;   // not empty
  std::optional<std::string> output;  // of the command's stdout; none: stdout
  bool append = false;                // to `output`
  stream::Options rules;
  StatsFormat stats = StatsFormat::kNone;
  std::optional<std::string> metrics_file;
  OnFailure on_failure = OnFailure::kDiscard;
  bool ignore_interrupts = false;
  bool terminal = false;
};

/// Returns when the command has ended and what it printed has left: with its
/// status, 128 + signal, 126 or 127; or with one of ExitCode.
ExitCode run_exec(const ExecOptions& options);

}  // namespace cflt::daemon
