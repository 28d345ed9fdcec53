// How often one thing may be said: once a minute for each key.
//
// Neither has a clock of its own; each belongs to one thread at a time, who
// keeps it at the place that speaks. What is suppressed takes no lock and no
// memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cflt::serve::log {

/// For one thing.
class LineLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit LineLimit(
      std::chrono::steady_clock::duration interval = std::chrono::minutes(1))
      : interval_(interval) {}

  /// As RateLimiter::admit().
  std::optional<std::uint64_t> admit(Time now);

 private:
  std::chrono::steady_clock::duration interval_;
  std::optional<Time> admitted_at_;
  std::uint64_t suppressed_ = 0;
};

/// For many, which are told apart by a key.
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

  /// Looks a view up as it is.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>()(key);
    }
  };

  Entry* entry_for(std::string_view key, Time now);
  void forget_old(Time now);
  bool is_old(const Entry& entry, Time now) const {
    return now - entry.admitted_at >= interval_;
  }

  const std::chrono::steady_clock::duration interval_;
  const std::size_t max_keys_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
  std::optional<Entry> overflow_;
  std::optional<Time> swept_at_;
};

}  // namespace cflt::serve::log
