// What /metrics says: the counters of all workers, added up.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "daemon/serve/intake_sockets.h"
#include "daemon/serve/prometheus_text.h"
#include "daemon/serve/registry.h"

namespace cflt::daemon {

/// What the control thread has counted.
struct ControlCounts {
  const Registry& registry;
  std::set<std::string> sinks{};  // of the configuration now
  std::map<std::string, std::uint64_t> kernel_drops{};  // by source
  std::uint64_t accept_pauses = 0;
  std::uint64_t reloads = 0;
  std::uint64_t failed_reloads = 0;
};

Exposition metrics_of(const Workers& workers, const ControlCounts& control);

}  // namespace cflt::daemon
