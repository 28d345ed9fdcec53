// `canary`: fake but checksum-valid secrets, to try a deployment with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/canary/run.h"
#include "core/forms/form.h"
#include "daemon/base/exit_code.h"

namespace cflt::canary {

struct CanaryOptions {
  std::uint64_t count = 1;
  /// None: each form in turn.
  std::optional<forms::Form> form = forms::Form::kPlain;
  /// None: others in each run.
  std::optional<std::uint64_t> seed;
};

/// Prints one canary a line.
base::ExitCode run_canary(const CanaryOptions& options);

/// Prints the lines of a run.
base::ExitCode run_canary_run(const canary::Run& run);

struct CanaryVerifyOptions {
  std::string id;
  std::uint64_t seed = 0;
  /// None: as the lines say.
  std::optional<std::uint32_t> line_count;
  std::string path = "-";
  bool json = false;
};

/// Reads an export and prints what became of a run's lines. kExitFound unless
/// all of them arrived masked.
base::ExitCode run_canary_verify(const CanaryVerifyOptions& options);

}  // namespace cflt::canary
