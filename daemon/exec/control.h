// While a child runs: signals reach it, its end is noticed, orphans are reaped.
//
//   child runs ──ends──▶ drain, 2 s at most ──▶ stop: take what is there ──▶
//   end
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "daemon/exec/child_streams.h"
#include "daemon/exec/signals.h"

namespace cflt::exec {

class Control {
 public:
  /// All outlive it. `terminal` may be null.
  Control(const ExecOptions& options, pid_t child, SignalInbox& inbox,
          ChildStreams& streams, ChildTerminal* terminal);

  /// Until the child has ended and its streams are done. The exit code.
  int run_to_end();

 private:
  using Clock = std::chrono::steady_clock;

  void wait() const;
  void take_signals();
  void take(const signalfd_siginfo& signal);
  void pass_on(const signalfd_siginfo& signal);
  void reap();
  void child_changed(int status);
  void child_ended(int status);
  void look_for_failure();
  void hurry();
  int exit_code() const;

  const ExecOptions& options_;
  pid_t child_;
  SignalInbox& inbox_;
  ChildStreams& streams_;
  ChildTerminal* terminal_;
  std::optional<int> status_;  // of the child, once it has ended
  Clock::time_point drained_by_;
  bool killed_ = false;
};

}  // namespace cflt::exec
