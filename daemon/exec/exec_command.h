// exec: runs a command, redacts what it prints, keeps its exit status.
//
//   thread           does
//   control (main)   signals to the child, its end, the time limit after it
//   one a stream     child_stream.h
//   keyboard         with --tty: terminal.h
#pragma once

#include "daemon/base/exit_code.h"
#include "daemon/exec/exec_options.h"

namespace cflt::exec {

/// Returns when the command has ended and what it printed has left: with its
/// status, 128 + signal, 126 or 127; or with one of ExitCode.
base::ExitCode run_exec(const ExecOptions& options);

}  // namespace cflt::exec
