#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/secret/secret.h"
#include "daemon/command_line.h"
#include "daemon/descriptor.h"
#include "daemon/exec/inherited.h"
#include "daemon/messages.h"
#include "daemon/reporter.h"

namespace cflt::daemon {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 needs to be told

ExitCode print(const std::string& text) {
  const bool printed =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
      std::fflush(stdout) == 0;
  return printed ? kExitClean : kExitError;
}

ExitCode refuse(const UsageError& error) {
  complain(error.message);
  complain("try --help");
  return kExitError;
}

ExitCode show(const ShortHelp& help) {
  std::fputs(help.text.c_str(), stderr);
  return kExitError;
}

ExitCode run(const Command& command) {
  return std::visit(
      Overloaded{
          [](const FilterOptions& options) { return run_filter(options); },
          [](const ExecOptions& options) { return run_exec(options); },
          [](const ScanOptions& options) { return run_scan(options); },
          [](const CanaryOptions& options) { return run_canary(options); },
          [](const canary::Run& lines) { return run_canary_run(lines); },
          [](const CanaryVerifyOptions& options) {
            return run_canary_verify(options);
          },
          [](const ServeOptions& options) { return run_serve(options); },
          [](const ValidateOptions& options) { return run_validate(options); },
          [](const HealthOptions& options) { return run_health(options); },
          [](const Answer& answer) { return print(answer.text); },
          [](const UsageError& error) { return refuse(error); },
          [](const ShortHelp& help) { return show(help); },
      },
      command);
}

/// A broken invariant stops the program before anything else leaves.
void exit_internal(int) { ::_exit(kExitInternal); }

void prepare_process() {
  occupy_standard_descriptors();
  remember_inherited_signals();
  restore_loader_variables();
  // As cat: a reader that went away ends us quietly, whatever was inherited.
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGABRT, exit_internal);
  // Where a loader was started with our path (packaging/bundle), it gave its
  // name.
  ::prctl(PR_SET_NAME, "cflt-redact");
  // Buffers hold secrets: no core dumps, no other process looks in.
  ::prctl(PR_SET_DUMPABLE, 0);
  block_report_signal();
  open_messages();
  secret::warm_up();
}

}  // namespace
}  // namespace cflt::daemon

int main(int argc, char** argv) {
  using namespace cflt::daemon;
  try {
    prepare_process();
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return run(parse_command_line(arguments, ::isatty(STDIN_FILENO) != 0));
  } catch (const std::exception& error) {
    complain(std::string("internal failure: ") + error.what());
    return kExitInternal;
  }
}
