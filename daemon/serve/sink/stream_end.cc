#include "daemon/serve/sink/stream_end.h"

#include <utility>

namespace cflt::serve::sink {

void StreamEnd::connected() {
  has_ended_ = peer_speaks_ = false;
  acknowledged_at_.reset();
}

bool StreamEnd::end_our_side() {
  return is_finishing_ && !std::exchange(has_ended_, true);
}

bool StreamEnd::peer_ended() {
  if (has_ended_) peer_speaks_ = false;
  return has_ended_;
}

bool StreamEnd::may_close(Time now) {
  /// How long a peer that speaks may take to end its side, too. What it says
  /// later is answered with a reset, which loses nothing of ours on Linux.
  constexpr std::chrono::seconds kLastWords{1};
  if (!acknowledged_at_) acknowledged_at_ = now;
  return !peer_speaks_ || now - *acknowledged_at_ >= kLastWords;
}

}  // namespace cflt::serve::sink
