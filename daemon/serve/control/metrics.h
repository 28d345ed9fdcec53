// What /metrics says: the counters of all workers, added up.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/settings.h"
#include "daemon/base/prometheus_text.h"
#include "daemon/serve/listen/intake_sockets.h"
#include "daemon/serve/metrics/registry.h"

namespace cflt::serve::control {

/// What the control thread has counted.
struct ControlCounts {
  const metrics::Registry& registry;
  const config::Settings& settings;                     // as they are now
  std::map<std::string, std::uint64_t> kernel_drops{};  // by source
  std::uint64_t accept_pauses = 0;
  std::uint64_t reloads = 0;
  std::uint64_t failed_reloads = 0;
};

base::Exposition metrics_of(const listen::Workers& workers,
                            const ControlCounts& control);

}  // namespace cflt::serve::control
