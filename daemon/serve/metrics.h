// What /metrics says: the counters of all workers, added up.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/settings.h"
#include "daemon/serve/intake_sockets.h"
#include "daemon/serve/prometheus_text.h"
#include "daemon/serve/registry.h"

namespace cflt::daemon {

/// What the control thread has counted.
struct ControlCounts {
  const Registry& registry;
  const config::Settings& settings;                     // as they are now
  std::map<std::string, std::uint64_t> kernel_drops{};  // by source
  std::uint64_t accept_pauses = 0;
  std::uint64_t reloads = 0;
  std::uint64_t failed_reloads = 0;
};

Exposition metrics_of(const Workers& workers, const ControlCounts& control);

}  // namespace cflt::daemon
