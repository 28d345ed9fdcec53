#include "daemon/exec/signals.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace cflt::daemon {
namespace {

/// Those that a fault of ours makes, that have another meaning for us, and
/// SIGTTIN and SIGTTOU: they stop us together with the child, in our group.
constexpr int kNotHeld[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP, SIGSYS,
                            SIGPIPE, SIGXFSZ, SIGXCPU, SIGTTIN, SIGTTOU};

sigset_t held_signals() {
  sigset_t signals;
  sigfillset(&signals);
  for (const int number : kNotHeld) sigdelset(&signals, number);
  return signals;
}

/// What a terminal sends to its foreground group.
bool is_of_terminal(const signalfd_siginfo& signal) {
  const auto number = static_cast<int>(signal.ssi_signo);
  return signal.ssi_code == SI_KERNEL &&
         (number == SIGINT || number == SIGQUIT || number == SIGTSTP ||
          number == SIGHUP || number == SIGCONT || number == SIGWINCH);
}

bool is_session_leader() { return ::getsid(0) == ::getpid(); }

}  // namespace

SignalInbox::SignalInbox() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, it would take the status away
  const sigset_t signals = held_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  descriptor_ =
      Descriptor::own(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (fd() < 0) {
    throw std::system_error(errno, std::system_category(), "signalfd");
  }
}

std::optional<signalfd_siginfo> SignalInbox::next() {
  signalfd_siginfo signal{};
  if (::read(fd(), &signal, sizeof signal) != sizeof signal) {
    return std::nullopt;
  }
  return signal;
}

bool is_for_child(const signalfd_siginfo& signal, pid_t child,
                  bool has_terminal) {
  if (!is_of_terminal(signal)) {
    return static_cast<pid_t>(signal.ssi_pid) != child;
  }
  // With a terminal of its own, the kernel tells it about the new size.
  if (has_terminal) return signal.ssi_signo != SIGWINCH;
  // A terminal that is gone tells the leader of its session only.
  return signal.ssi_signo == SIGHUP && is_session_leader();
}

bool asks_to_end(const signalfd_siginfo& signal) {
  const auto number = static_cast<int>(signal.ssi_signo);
  return number == SIGTERM || number == SIGINT || number == SIGHUP ||
         number == SIGQUIT;
}

}  // namespace cflt::daemon
