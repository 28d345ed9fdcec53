#include "daemon/serve/control/drain_wait.h"

#include <algorithm>
#include <utility>

namespace cflt::serve::control {

DrainWait::Action DrainWait::end(Why why, Duration timeout, Time now) {
  if (was_told_) return why == Why::kSignal ? Action::kGiveUp : Action::kWait;
  was_told_ = why != Why::kEndOfInput;
  if (was_told_ || !has_begun_) {
    timeout_ = timeout;
    since_ = now;
  }
  return std::exchange(has_begun_, true) ? Action::kWait : Action::kBegin;
}

DrainWait::Action DrainWait::look(std::uint64_t taken, Time now) {
  const bool is_progress = std::exchange(taken_, taken) != taken;
  if (is_progress && !was_told_) since_ = now;
  return now - since_ >= timeout_ ? Action::kGiveUp : Action::kWait;
}

DrainWait::Duration DrainWait::interval() const {
  constexpr Duration kLook = std::chrono::milliseconds(100);
  return std::min(timeout_, kLook);
}

}  // namespace cflt::serve::control
