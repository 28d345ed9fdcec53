#include "daemon/serve/sink/room_queue.h"

#include <algorithm>
#include <utility>

namespace cflt::serve::sink {

void RoomQueue::add_source(std::uint16_t source) {
  if (last_push_.size() <= source) last_push_.resize(source + std::size_t{1});
}

void RoomQueue::wake() {
  auto waiting = std::exchange(waiting_, {});
  std::ranges::stable_sort(waiting, {}, [this](const Waiting& each) {
    return last_push_[each.source];
  });
  for (const Waiting& each : waiting) each.resume();
}

bool RoomQueue::is_stuck(Time now) {
  constexpr std::chrono::seconds kStuckAfter{10};
  if (waiting_.empty()) {
    stuck_since_.reset();
    return false;
  }
  if (!stuck_since_) stuck_since_ = now;
  return now - *stuck_since_ >= kStuckAfter;
}

}  // namespace cflt::serve::sink
