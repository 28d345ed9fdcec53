#include "daemon/canary/canary_command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>

#include "core/canary/canary.h"
#include "daemon/base/messages.h"

namespace cflt::canary {
namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

bool print_line(const std::string& line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
         std::fputc('\n', stdout) != EOF;
}

base::ExitCode finished(bool printed) {
  if (printed && std::fflush(stdout) == 0) return base::kExitClean;
  base::complain(fmt::format("stdout: {}", std::strerror(errno)));
  return base::kExitError;
}

}  // namespace

base::ExitCode run_canary(const CanaryOptions& options) {
  canary::Canaries canaries(options.seed ? *options.seed : random_seed());
  bool printed = true;
  for (std::uint64_t i = 0; printed && i < options.count; ++i) {
    const auto form =
        options.form.value_or(static_cast<forms::Form>(i % forms::kFormCount));
    printed = print_line(canaries.next(form));
  }
  return finished(printed);
}

base::ExitCode run_canary_run(const canary::Run& run) {
  bool printed = true;
  for (std::uint32_t n = 1; printed && n <= run.line_count; ++n) {
    printed = print_line(canary::line_of(run, n));
  }
  return finished(printed);
}

}  // namespace cflt::canary
