// Starts a command, and says in a number how it ended.
#pragma once

#include <sys/types.h>

#include <boost/system/result.hpp>
#include <functional>
#include <string>
#include <vector>

namespace cflt::exec {

/// What a child gets. Everything else is as it was for us.
struct ChildPlan {
  std::vector<std::string> command;  // looked up in PATH; not empty
  int input = -1;                    // its stdin; -1: ours
  int output = -1;                   // its stdout
  int errors = -1;                   // its stderr
  bool has_terminal = false;         // `output` is one, to be the child's own
};

/// The child's process, which runs the command by then; or why it does not
/// (ENOENT, EACCES, ...). `introduce` gets it while it still waits, with our
/// signal mask: what it is sent there comes once, also if it has it already.
boost::system::result<pid_t> start_child(
    const ChildPlan& plan, const std::function<void(pid_t)>& introduce);

/// Whether a shell waits for us to stop too, where this has stopped the child.
bool is_job_control(int signal);

/// As a shell has it, of a status that wait() gave: 0 to 255, or 128 + signal.
int exit_status(int status);

/// As env(1) has it: 127 where there is no such command, else 126.
int exit_status_of_failed_start(const boost::system::error_code& error);

}  // namespace cflt::exec
