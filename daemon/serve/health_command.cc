#include "daemon/serve/health_command.h"

#include "daemon/messages.h"

namespace cflt::daemon {

ExitCode run_health(const HealthOptions& options) {
  if (!health_address(options)) return kExitConfig;
  complain("health: not yet");
  return kExitInternal;
}

}  // namespace cflt::daemon
