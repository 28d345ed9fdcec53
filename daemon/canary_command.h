// `canary`: fake but checksum-valid secrets, to try a deployment with.
#pragma once

#include <cstdint>
#include <optional>

#include "core/forms/form.h"
#include "daemon/exit_code.h"

namespace cflt::daemon {

struct CanaryOptions {
  std::uint64_t count = 1;
  /// None: each form in turn.
  std::optional<forms::Form> form = forms::Form::kPlain;
  /// None: others in each run.
  std::optional<std::uint64_t> seed;
};

/// Prints one canary a line.
ExitCode run_canary(const CanaryOptions& options);

}  // namespace cflt::daemon
