// Asks a running daemon how it is, for images without a shell.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/base/exit_code.h"

namespace cflt::serve {

struct HealthProbe {
  /// The admin endpoint's address; 0.0.0.0 and :: mean this machine.
  std::string host = "127.0.0.1";
  std::uint16_t port = 9469;
  /// Asks /readyz, else /livez.
  bool ready = false;
  /// Asks again and again for so long, until all is well.
  std::chrono::milliseconds wait{0};
};

/// One question takes at most 5 s, and what the resolver takes where `host` is
/// a name. Says nothing where all is well (kExitClean), else one line: why it
/// is not (kExitFound), or why nobody knows (kExitError).
base::ExitCode probe_health(const HealthProbe& probe);

}  // namespace cflt::serve
