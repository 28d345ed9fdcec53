#include "daemon/serve/health_command.h"

#include "daemon/serve/health_probe.h"

namespace cflt::serve {

base::ExitCode run_health(const HealthOptions& options) {
  const auto address = health_address(options);
  if (!address) return base::kExitConfig;
  return probe_health(
      {address->host, address->port, options.ready, options.wait});
}

}  // namespace cflt::serve
