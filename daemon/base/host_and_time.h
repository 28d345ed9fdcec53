// Where and when something was found.
#pragma once

#include <chrono>
#include <string>

namespace cflt::base {

/// This machine's, as gethostname(2) gives it.
std::string host_name();

/// RFC 3339, to the second: `2026-11-29T01:02:03Z`.
std::string to_utc(std::chrono::system_clock::time_point time);

}  // namespace cflt::base
