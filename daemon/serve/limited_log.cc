#include "daemon/serve/limited_log.h"

#include <fmt/format.h>

#include <mutex>

#include "daemon/serve/rate_limiter.h"

namespace cflt::daemon::log {
namespace {

std::optional<std::uint64_t> admit(const std::string& key) {
  static std::mutex mutex;
  static RateLimiter limiter;
  const std::lock_guard lock(mutex);
  return limiter.admit(key, std::chrono::steady_clock::now());
}

}  // namespace

void limited(Level level, std::string_view message, const std::string& key,
             Fields fields) {
  if (!is_enabled(level)) return;
  const auto suppressed = admit(std::string(message) + '\0' + key);
  if (!suppressed) return;
  if (*suppressed == 0) return write(level, message, fields);
  write(level,
        fmt::format("{} ({} more since the last)", message, *suppressed),
        fields);
}

}  // namespace cflt::daemon::log
