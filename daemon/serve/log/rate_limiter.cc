#include "daemon/serve/log/rate_limiter.h"

#include <utility>

namespace cflt::serve::log {
namespace {

// A name and an address; what is longer is told apart by so much.
constexpr std::size_t kMaxKeyBytes = 256;

}  // namespace

std::optional<std::uint64_t> LineLimit::admit(Time now) {
  if (admitted_at_ && now - *admitted_at_ < interval_) {
    ++suppressed_;
    return std::nullopt;
  }
  admitted_at_ = now;
  return std::exchange(suppressed_, 0);
}

std::optional<std::uint64_t> RateLimiter::admit(std::string_view key,
                                                Time now) {
  Entry* entry = entry_for(key.substr(0, kMaxKeyBytes), now);
  if (entry == nullptr) return 0;  // its first time
  if (!is_old(*entry, now)) {
    ++entry->suppressed;
    return std::nullopt;
  }
  entry->admitted_at = now;
  return std::exchange(entry->suppressed, 0);
}

/// The entry that decides; null where it was made just now.
RateLimiter::Entry* RateLimiter::entry_for(std::string_view key, Time now) {
  if (const auto at = entries_.find(key); at != entries_.end()) {
    return &at->second;
  }
  if (entries_.size() >= max_keys_) forget_old(now);
  if (entries_.size() < max_keys_) {
    entries_.emplace(std::string(key), Entry{now});
    return nullptr;
  }
  if (overflow_) return &*overflow_;
  overflow_ = Entry{now};
  return nullptr;
}

/// At most once an interval, so that a flood of keys costs no more than a
/// look-up each. What was suppressed and never told goes to the shared entry.
void RateLimiter::forget_old(Time now) {
  if (swept_at_ && now - *swept_at_ < interval_) return;
  swept_at_ = now;
  std::uint64_t untold = 0;
  std::erase_if(entries_, [&](const auto& item) {
    if (!is_old(item.second, now)) return false;
    untold += item.second.suppressed;
    return true;
  });
  if (untold == 0) return;
  if (!overflow_) overflow_ = Entry{now - interval_};
  overflow_->suppressed += untold;
}

}  // namespace cflt::serve::log
