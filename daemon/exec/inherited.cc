#include "daemon/exec/inherited.h"

#include <fcntl.h>
#include <signal.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace cflt::exec {
namespace {

sigset_t mask;
std::array<bool, NSIG> ignored;

}  // namespace

void remember_inherited_signals() {
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    ignored[static_cast<std::size_t>(number)] =
        sigaction(number, nullptr, &action) == 0 &&
        action.sa_handler == SIG_IGN;
  }
}

void restore_inherited_signals() {
  for (int number = 1; number < NSIG; ++number) {
    const bool ignore = ignored[static_cast<std::size_t>(number)];
    ::signal(number, ignore ? SIG_IGN : SIG_DFL);  // SIGKILL: refused
  }
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void restore_loader_variables() {
  for (const char* name : {"LD_PRELOAD", "LD_AUDIT", "GLIBC_TUNABLES"}) {
    const std::string aside = std::string("CFLT_BUNDLE_") + name;
    const char* value = ::getenv(aside.c_str());
    if (value == nullptr) continue;
    ::setenv(name, value, 1);
    ::unsetenv(aside.c_str());
  }
}

std::vector<int> open_descriptors() {
  std::vector<int> numbers;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number > 2) numbers.push_back(number);
  }
  // The folder itself was one of them, and is closed by now.
  std::erase_if(numbers, [](int fd) { return ::fcntl(fd, F_GETFD) == -1; });
  return numbers;
}

}  // namespace cflt::exec
