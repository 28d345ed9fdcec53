// What /metrics says: the counters of all workers, added up.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "daemon/serve/intake_sockets.h"

namespace cflt::daemon {

/// `kernel_drops` by source.
std::string metrics_text(
    const Workers& workers,
    const std::map<std::string, std::uint64_t>& kernel_drops,
    std::uint64_t reloads, std::uint64_t failed_reloads);

}  // namespace cflt::daemon
