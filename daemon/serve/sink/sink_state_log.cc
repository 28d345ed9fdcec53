#include "daemon/serve/sink/sink_state_log.h"

#include <algorithm>

namespace cflt::serve::sink {

std::optional<std::uint64_t> SinkStateLog::admit(bool is_up, Time now) {
  if (was_up_ != is_up) ++changes_;
  was_up_ = is_up;
  if (!is_due(is_up, now)) return std::nullopt;
  told_at_[lines_++ % kLinesInAMinute] = now;
  const std::uint64_t suppressed = std::max<std::uint64_t>(changes_, 1) - 1;
  changes_ = 0;
  return suppressed;
}

bool SinkStateLog::is_due(bool is_up, Time now) const {
  constexpr std::chrono::minutes kMinute(1);
  if (lines_ == 0) return true;
  const Time last = told_at_[(lines_ - 1) % kLinesInAMinute];
  if (changes_ == 0) return !is_up && now - last >= kMinute;
  const Time oldest = told_at_[lines_ % kLinesInAMinute];
  return lines_ < kLinesInAMinute || now - oldest >= kMinute;
}

}  // namespace cflt::serve::sink
