#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/secret/secret.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/command_line/command_line.h"
#include "daemon/exec/inherited.h"
#include "daemon/filter/reporter.h"
#include "daemon/in_place/in_place.h"

namespace cflt {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 needs to be told

base::ExitCode refuse(const command_line::UsageError& error) {
  base::complain(error.message);
  base::complain("try --help");
  return base::kExitError;
}

base::ExitCode show(const command_line::ShortHelp& help) {
  std::fputs(help.text.c_str(), stderr);
  return base::kExitError;
}

base::ExitCode run(const command_line::Command& command) {
  return std::visit(
      Overloaded{
          [](const filter::FilterOptions& options) {
            return options.in_place ? in_place::run_in_place(options)
                                    : filter::run_filter(options);
          },
          [](const exec::ExecOptions& options) {
            return exec::run_exec(options);
          },
          [](const find::ScanOptions& options) {
            return find::run_scan(options);
          },
          [](const fingerprints::FingerprintOptions& options) {
            return fingerprints::run_fingerprint(options);
          },
          [](const canary::CanaryOptions& options) {
            return canary::run_canary(options);
          },
          [](const canary::Run& lines) {
            return canary::run_canary_run(lines);
          },
          [](const canary::CanaryVerifyOptions& options) {
            return canary::run_canary_verify(options);
          },
          [](const serve::control::ServeOptions& options) {
            return serve::run_serve(options);
          },
          [](const serve::ValidateOptions& options) {
            return serve::run_validate(options);
          },
          [](const serve::HealthOptions& options) {
            return serve::run_health(options);
          },
          [](const command_line::Answer& answer) {
            return base::print(answer.text) ? base::kExitClean
                                            : base::kExitError;
          },
          [](const command_line::UsageError& error) { return refuse(error); },
          [](const command_line::ShortHelp& help) { return show(help); },
      },
      command);
}

/// A broken invariant stops the program before anything else leaves.
void exit_internal(int) { ::_exit(base::kExitInternal); }

void prepare_process() {
  base::occupy_standard_descriptors();
  exec::remember_inherited_signals();
  exec::restore_loader_variables();
  // As cat: a reader that went away ends us quietly, whatever was inherited.
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGABRT, exit_internal);
  // Where a loader was started with our path (packaging/bundle), it gave its
  // name.
  ::prctl(PR_SET_NAME, "cflt-redact");
  // Buffers hold secrets: no core dumps, no other process looks in.
  ::prctl(PR_SET_DUMPABLE, 0);
  filter::block_report_signal();
  base::open_messages();
  secret::warm_up();
}

}  // namespace
}  // namespace cflt

int main(int argc, char** argv) {
  using namespace cflt;
  try {
    prepare_process();
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return run(command_line::parse_command_line(arguments,
                                                ::isatty(STDIN_FILENO) != 0));
  } catch (const std::exception& error) {
    base::complain(std::string("internal failure: ") + error.what());
    return base::kExitInternal;
  }
}
