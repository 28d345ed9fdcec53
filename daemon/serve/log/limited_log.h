// Log lines that a peer can cause: at most one a minute for each key.
#pragma once

#include <string>
#include <string_view>

#include "daemon/serve/log/log.h"

namespace cflt::serve::log {

/// Of who has a limit of its own, a RateLimiter's or a LineLimit's: a line that
/// it admitted, and how many it stands for beside itself.
void write_limited(Level level, std::string_view message,
                   std::uint64_t suppressed, Fields fields);

/// Takes a lock of the process and allocates, also where nothing is written:
/// not for what comes with each record. Writes the first line of a `key`, then
/// one a minute at most, which says how many it stands for. From any thread.
void limited(Level level, std::string_view message, const std::string& key,
             Fields fields);

/// The same for each key and host of `peer`, as peer_name() gives it. A flood
/// of peers silences no other message.
void limited_for_peer(Level level, std::string_view message,
                      const std::string& key, std::string_view peer,
                      Fields fields);

}  // namespace cflt::serve::log
