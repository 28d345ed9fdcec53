#include "daemon/exec/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/base/descriptor.h"
#include "daemon/base/system_error.h"
#include "daemon/exec/inherited.h"

namespace cflt::exec {
namespace {

using boost::system::error_code;

/// How often to see whether a new child has been stopped.
constexpr int kLookMilliseconds = 50;

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const auto& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

bool take_terminal(int fd) {
  return ::setsid() != -1 && ::ioctl(fd, TIOCSCTTY, 0) == 0;
}

bool put(int fd, int number) { return fd < 0 || ::dup2(fd, number) >= 0; }

struct Ends {
  base::Descriptor reader;
  base::Descriptor writer;
};

boost::system::result<Ends> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::last_system_error();
  return Ends{base::Descriptor::own(ends[0]), base::Descriptor::own(ends[1])};
}

/// Until the other end is closed.
void wait_for_start(Ends& start) {
  char none = 0;
  start.writer.close();
  [[maybe_unused]] const auto end = ::read(start.reader.get(), &none, 1);
}

/// The new process, up to the command; says in `report` why not. There may be
/// other threads, so only what is async-signal-safe is called.
[[noreturn]] void become(const ChildPlan& plan, char** arguments, int report) {
  if ((!plan.has_terminal || take_terminal(plan.output)) &&
      put(plan.input, STDIN_FILENO) && put(plan.output, STDOUT_FILENO) &&
      put(plan.errors, STDERR_FILENO)) {
    restore_inherited_signals();
    ::execvp(arguments[0], arguments);
  }
  const int error = errno;
  [[maybe_unused]] const auto told = ::write(report, &error, sizeof error);
  ::_exit(127);
}

/// Before the command runs, a key can stop the child. Then a shell waits for
/// both of us to stop; and nobody knows the child yet, to continue it.
void stop_with(pid_t child) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(child);
  if (::waitid(P_PID, id, &info, WSTOPPED | WNOHANG) != 0 ||
      info.si_pid != child || !is_job_control(info.si_status)) {
    return;
  }
  ::raise(SIGSTOP);
  ::kill(child, SIGCONT);
}

/// What become() reports; 0 where the command runs.
int wait_for_report(int fd, pid_t child) {
  // A stopped child does not make the pipe readable.
  pollfd poll{fd, POLLIN, 0};
  while (::poll(&poll, 1, kLookMilliseconds) == 0) stop_with(child);
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == sizeof error ? error : 0;
}

}  // namespace

boost::system::result<pid_t> start_child(
    const ChildPlan& plan, const std::function<void(pid_t)>& introduce) {
  const auto arguments = pointers_to(plan.command);
  auto start = open_pipe();
  if (!start.has_value()) return start.error();
  auto report = open_pipe();
  if (!report.has_value()) return report.error();
  const pid_t child = ::fork();
  if (child < 0) return base::last_system_error();
  if (child == 0) {
    wait_for_start(*start);
    become(plan, const_cast<char**>(arguments.data()), report->writer.get());
  }
  introduce(child);
  start->writer.close();
  report->writer.close();
  const int error = wait_for_report(report->reader.get(), child);
  if (error == 0) return child;
  ::waitpid(child, nullptr, 0);
  return base::system_error(error);
}

bool is_job_control(int signal) {
  return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

int exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int exit_status_of_failed_start(const error_code& error) {
  return error == base::system_error(ENOENT) ? 127 : 126;
}

}  // namespace cflt::exec
