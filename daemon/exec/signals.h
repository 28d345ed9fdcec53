// The signals that we get while a child runs, and which of them are for it.
#pragma once

#include <sys/signalfd.h>
#include <sys/types.h>

#include <optional>

#include "daemon/base/descriptor.h"

namespace cflt::exec {

/// Holds back every signal that can be passed on, and SIGCHLD, for next().
/// Threads that are started later inherit that. SIGPIPE and SIGXFSZ are
/// ignored: write() says it too.
class SignalInbox {
 public:
  /// Throws std::system_error.
  SignalInbox();

  int fd() const { return descriptor_.get(); }
  /// The next that has come, if any.
  std::optional<signalfd_siginfo> next();

 private:
  base::Descriptor descriptor_;
};

/// Whether `child` has not got it yet and is to get it. What a terminal sends
/// goes to its whole foreground group, and `child` is in ours, but where
/// `has_terminal` of its own. What the child sent comes to it by no detour:
/// `kill 0` in a trap would go round for ever.
bool is_for_child(const signalfd_siginfo& signal, pid_t child,
                  bool has_terminal);

/// Sends to a new `child` that holds them back still what came before there was
/// one: the terminal's keys too, which nobody will send again.
void pass_on_early(SignalInbox& inbox, pid_t child, bool ignore_interrupts);

/// SIGTERM, SIGINT, SIGHUP, SIGQUIT: who sends them wants an end.
bool asks_to_end(const signalfd_siginfo& signal);

/// These end us with `status` from now on, whatever we wait for; those that
/// have come already do not.
void end_when_asked(SignalInbox& inbox, int status);

}  // namespace cflt::exec
