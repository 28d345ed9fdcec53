#include "daemon/exec/signals.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

namespace cflt::exec {
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

constexpr int kAskToEnd[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

volatile sig_atomic_t end_status = 0;

bool is_session_leader() { return ::getsid(0) == ::getpid(); }

}  // namespace

SignalInbox::SignalInbox() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, it would take the status away
  const sigset_t signals = held_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  descriptor_ = base::Descriptor::own(
      ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
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

void pass_on_early(SignalInbox& inbox, pid_t child, bool ignore_interrupts) {
  while (const auto signal = inbox.next()) {
    const auto number = static_cast<int>(signal->ssi_signo);
    if (number == SIGCHLD || (number == SIGINT && ignore_interrupts)) continue;
    ::kill(child, number);
  }
}

bool asks_to_end(const signalfd_siginfo& signal) {
  return std::ranges::find(kAskToEnd, static_cast<int>(signal.ssi_signo)) !=
         std::end(kAskToEnd);
}

void end_when_asked(SignalInbox& inbox, int status) {
  end_status = status;
  while (inbox.next()) continue;
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : kAskToEnd) {
    ::signal(number, [](int) { ::_exit(end_status); });
    sigaddset(&signals, number);
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace cflt::exec
