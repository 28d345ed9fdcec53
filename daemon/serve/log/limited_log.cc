#include "daemon/serve/log/limited_log.h"

#include <mutex>
#include <vector>

#include "daemon/serve/log/rate_limiter.h"
#include "daemon/serve/net/peer.h"

namespace cflt::serve::log {
namespace {

/// Peers can be many, and their addresses forged: so many are told apart.
constexpr std::size_t kPeersToldApart = 128;

class Admission {
 public:
  explicit Admission(std::size_t max_keys)
      : limiter_(std::chrono::minutes(1), max_keys) {}

  std::optional<std::uint64_t> of(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return limiter_.admit(key, std::chrono::steady_clock::now());
  }

 private:
  std::mutex mutex_;
  RateLimiter limiter_;
};

void write_admitted(Level level, std::string_view message, Fields fields,
                    std::optional<std::uint64_t> suppressed) {
  if (suppressed) write_limited(level, message, *suppressed, fields);
}

}  // namespace

void write_limited(Level level, std::string_view message,
                   std::uint64_t suppressed, Fields fields) {
  std::vector<Field> all(fields);
  if (suppressed > 0) all.push_back({"suppressed", suppressed});
  write(level, message, all);
}

void limited(Level level, std::string_view message, const std::string& key,
             Fields fields) {
  static Admission admission(1024);
  if (!is_enabled(level)) return;
  write_admitted(level, message, fields,
                 admission.of(std::string(message) + '\0' + key));
}

void limited_for_peer(Level level, std::string_view message,
                      const std::string& key, std::string_view peer,
                      Fields fields) {
  static Admission admission(kPeersToldApart);
  if (!is_enabled(level)) return;
  write_admitted(level, message, fields,
                 admission.of(std::string(message) + '\0' + key + '\0' +
                              std::string(net::host_of(peer))));
}

}  // namespace cflt::serve::log
