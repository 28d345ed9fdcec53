#include "daemon/exec/control.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace cflt::exec {
namespace {

/// For what a grandchild may still hold open.
constexpr std::chrono::seconds kDrainTime{2};

}  // namespace

Control::Control(const ExecOptions& options, pid_t child, SignalInbox& inbox,
                 ChildStreams& streams, ChildTerminal* terminal)
    : options_(options),
      child_(child),
      inbox_(inbox),
      streams_(streams),
      terminal_(terminal) {}

int Control::run_to_end() {
  reap();  // zombies that we were given together with this process
  while (!status_ || !streams_.are_done()) {
    wait();
    take_signals();
    streams_.events().changed.clear();
    look_for_failure();
    if (status_ && Clock::now() >= drained_by_ &&
        !streams_.events().stop.is_set()) {
      streams_.events().stop.set();
    }
  }
  return exit_code();
}

void Control::wait() const {
  auto& events = streams_.events();
  int timeout = -1;
  if (status_ && !events.stop.is_set()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        drained_by_ - Clock::now());
    timeout = std::max(0, static_cast<int>(left.count()));
  }
  std::array<pollfd, 2> polls{
      {{inbox_.fd(), POLLIN, 0}, {events.changed.fd(), POLLIN, 0}}};
  ::poll(polls.data(), polls.size(), timeout);
}

void Control::take_signals() {
  while (const auto signal = inbox_.next()) take(*signal);
}

void Control::take(const signalfd_siginfo& signal) {
  if (signal.ssi_signo == SIGCHLD) {
    reap();
  } else if (signal.ssi_signo == SIGINT && options_.ignore_interrupts) {
    return;
  } else if (!status_) {
    pass_on(signal);
  } else if (signal.ssi_signo == SIGTSTP && terminal_ == nullptr) {
    ::raise(SIGSTOP);  // no child any more, with which we would stop
  } else if (asks_to_end(signal)) {
    hurry();
  }
}

void Control::pass_on(const signalfd_siginfo& signal) {
  const auto number = static_cast<int>(signal.ssi_signo);
  if (terminal_ != nullptr && number == SIGWINCH) terminal_->resize();
  if (terminal_ != nullptr && number == SIGCONT) terminal_->resume();
  if (is_for_child(signal, child_, terminal_ != nullptr)) {
    ::kill(child_, number);
  }
}

/// As process 1 of a container we get orphans too.
void Control::reap() {
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
    if (pid == child_) child_changed(status);
  }
}

void Control::child_changed(int status) {
  if (!WIFSTOPPED(status)) {
    child_ended(status);
  } else if (is_job_control(WSTOPSIG(status)) &&
             ::getpgid(child_) == ::getpgrp()) {
    // Whoever continues its group continues us. One of its own (always so with
    // a terminal of its own) is continued without us.
    ::raise(SIGSTOP);
  }
}

void Control::child_ended(int status) {
  status_ = exit_status(status);
  drained_by_ = Clock::now() + kDrainTime;
  streams_.events().ended.set();
}

void Control::look_for_failure() {
  if (options_.on_failure != OnFailure::kKill || killed_ || status_ ||
      streams_.failure() == ChildStream::Failure::kNone) {
    return;
  }
  killed_ = true;
  ::kill(child_, SIGTERM);
  ::kill(child_, SIGCONT);
}

/// The child has ended and somebody wants us to end too: first no more waiting
/// for grandchildren, then not even for our own readers.
void Control::hurry() {
  if (streams_.events().stop.is_set()) {
    ChildTerminal::restore();
    ::_exit(exit_code());
  }
  drained_by_ = Clock::now();
}

int Control::exit_code() const {
  if (options_.on_failure == OnFailure::kDiscard) return *status_;
  switch (streams_.failure()) {
    case ChildStream::Failure::kNone:
      return *status_;
    case ChildStream::Failure::kOutput:
      return base::kExitError;
    case ChildStream::Failure::kInternal:
      break;
  }
  return base::kExitInternal;
}

}  // namespace cflt::exec
