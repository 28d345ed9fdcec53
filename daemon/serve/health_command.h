// `health`: asks a running daemon how it is, for images without a shell.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/exit_code.h"

namespace cflt::daemon {

struct HealthOptions {
  /// The admin endpoint's address; 0.0.0.0 and :: mean this machine.
  std::string host = "127.0.0.1";
  std::uint16_t port = 9469;
  /// Asks /readyz, else /livez.
  bool ready = false;
};

/// Takes at most 5 s. Says nothing where all is well (kExitClean), else one
/// line: why it is not (kExitFound), or why nobody knows (kExitError).
ExitCode run_health(const HealthOptions& options);

}  // namespace cflt::daemon
