#include "daemon/exec/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <system_error>

#include "daemon/base/system_error.h"

namespace cflt::exec {
namespace {

/// Our terminal as it was, once it is raw.
termios saved;
std::atomic<bool> is_raw = false;

[[noreturn]] void give_up(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

base::Descriptor open_our_end() {
  auto end =
      base::Descriptor::own(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (end.get() < 0 || ::unlockpt(end.get()) != 0) give_up("a terminal");
  return end;
}

base::Descriptor open_its_end(int our_end) {
  auto end = base::Descriptor::own(
      ::ioctl(our_end, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (end.get() < 0) give_up("a terminal");
  return end;
}

/// Ours are taken over. Where there is no keyboard, nothing is to be echoed;
/// where no raw terminal shows it, a newline needs no carriage return.
void take_settings(int terminal, bool has_keyboard, bool is_shown) {
  termios settings{};
  ::tcgetattr(has_keyboard ? STDIN_FILENO : terminal, &settings);
  if (!has_keyboard) settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (!has_keyboard || !is_shown) {
    settings.c_oflag &= ~static_cast<tcflag_t>(ONLCR);
  }
  ::tcsetattr(terminal, TCSANOW, &settings);
}

/// A terminal that is not the controlling one of our session has no foreground
/// group that we could be outside of.
bool in_foreground() {
  const pid_t group = ::tcgetpgrp(STDIN_FILENO);
  return group == -1 || group == ::getpgrp();
}

/// At once: whoever shows our terminal may not read what we have written.
void set_ours(const termios& settings) {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

void make_raw() {
  termios raw = saved;
  ::cfmakeraw(&raw);
  set_ours(raw);
}

/// What ends us with no chance to put our terminal back elsewhere.
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                           SIGTRAP, SIGSYS, SIGXCPU};

void on_fault(int number) {
  ChildTerminal::restore();
  ::raise(number);  // as it would be without this handler: SA_RESETHAND
}

void restore_after_faults() {
  struct sigaction action {};
  action.sa_handler = on_fault;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : kFaults) {
    struct sigaction inherited {};
    ::sigaction(number, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
  }
}

/// Waits until one of both has something to say.
void wait_for(int fd, short events, const Event& stop) {
  std::array<pollfd, 2> polls{{{fd, events, 0}, {stop.fd(), POLLIN, 0}}};
  ::poll(polls.data(), polls.size(), -1);
}

/// False: nobody listens any more.
bool write_all(int fd, std::span<const char> bytes, const Event& stop) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN && !stop.is_set()) {
      wait_for(fd, POLLOUT, stop);  // the child does not read
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

ChildTerminal::ChildTerminal(bool to_stdout)
    : takes_stdin_(::isatty(STDIN_FILENO) != 0),
      controls_us_(::tcgetpgrp(STDIN_FILENO) != -1),
      our_end_(open_our_end()),
      its_end_(open_its_end(our_end_.get())) {
  take_settings(its_end_.get(), takes_stdin_,
                to_stdout && ::isatty(STDOUT_FILENO) != 0);
  resize();
}

ChildTerminal::~ChildTerminal() {
  stop_.set();
  if (thread_.joinable()) thread_.join();
  restore();
}

boost::system::result<base::Descriptor> ChildTerminal::output() const {
  const int fd = ::fcntl(our_end_.get(), F_DUPFD_CLOEXEC, 3);
  if (fd >= 0) return base::Descriptor::own(fd);
  return base::last_system_error();
}

void ChildTerminal::connect() {
  if (!takes_stdin_) return;
  if (::tcgetattr(STDIN_FILENO, &saved) == 0) {
    restore_after_faults();
    make_raw();
    is_raw = true;
  }
  thread_ = std::thread([this] { pass_on(); });
}

void ChildTerminal::resize() const {
  winsize size{};
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0) continue;
    ::ioctl(our_end_.get(), TIOCSWINSZ, &size);
    return;
  }
}

void ChildTerminal::resume() const {
  if (is_raw && in_foreground()) make_raw();
}

void ChildTerminal::restore() noexcept {
  if (!is_raw.exchange(false) || !in_foreground()) return;
  set_ours(saved);
}

/// Keyboard to child. What the child does not read stays in our terminal.
void ChildTerminal::pass_on() {
  std::array<char, 4096> typed;
  for (;;) {
    wait_for(STDIN_FILENO, POLLIN, stop_);
    if (stop_.is_set()) return;
    const ssize_t count = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
      return hang_up();
    }
    if (count < 0) continue;
    const auto fresh = std::span(typed).first(static_cast<std::size_t>(count));
    if (!write_all(our_end_.get(), fresh, stop_)) return;
  }
}

void ChildTerminal::hang_up() const {
  if (!controls_us_) ::kill(::getpid(), SIGHUP);
}

}  // namespace cflt::exec
