// How often one thing may be said: once a minute for each key.
//
// Has no clock of its own. Belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cflt::daemon {

class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimiter(
      std::chrono::steady_clock::duration interval = std::chrono::minutes(1),
      std::size_t max_keys = 1024)
      : interval_(interval), max_keys_(max_keys) {}

  /// Whether something about `key` (source, peer and kind, in one string of
  /// the caller's) may be said at `now`: then how many were suppressed since
  /// the last. `now` does not go back. When all keys are in use, further ones
  /// share one.
  std::optional<std::uint64_t> admit(std::string_view key, Time now);

  std::size_t key_count() const { return entries_.size(); }

 private:
  struct Entry {
    Time admitted_at;
    std::uint64_t suppressed = 0;
  };

  Entry* entry_for(const std::string& key, Time now);
  void forget_old(Time now);
  bool is_old(const Entry& entry, Time now) const {
    return now - entry.admitted_at >= interval_;
  }

  const std::chrono::steady_clock::duration interval_;
  const std::size_t max_keys_;
  std::unordered_map<std::string, Entry> entries_;
  std::optional<Entry> overflow_;
  std::optional<Time> swept_at_;
};

}  // namespace cflt::daemon
