#include "daemon/exec/child.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/descriptor.h"
#include "daemon/exec/inherited.h"

namespace cflt::daemon {
namespace {

using boost::system::error_code;

error_code error_of(int number) {
  return {number, boost::system::system_category()};
}

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

/// What become() reports; 0 where the command runs.
int wait_for_report(int fd) {
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == sizeof error ? error : 0;
}

}  // namespace

boost::system::result<pid_t> start_child(const ChildPlan& plan) {
  const auto arguments = pointers_to(plan.command);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return error_of(errno);
  const auto reader = Descriptor::own(ends[0]);
  auto writer = Descriptor::own(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return error_of(errno);
  if (child == 0) {
    become(plan, const_cast<char**>(arguments.data()), writer.get());
  }
  writer.close();
  const int error = wait_for_report(reader.get());
  if (error == 0) return child;
  ::waitpid(child, nullptr, 0);
  return error_of(error);
}

int exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int exit_status_of_failed_start(const error_code& error) {
  return error == error_of(ENOENT) ? 127 : 126;
}

}  // namespace cflt::daemon
