// Log lines that a peer can cause: at most one a minute for each key.
#pragma once

#include <string>
#include <string_view>

#include "daemon/serve/log.h"

namespace cflt::daemon::log {

/// Writes the first line of a `key`, then one a minute at most, which says how
/// many it stands for. From any thread.
void limited(Level level, std::string_view message, const std::string& key,
             Fields fields);

}  // namespace cflt::daemon::log
