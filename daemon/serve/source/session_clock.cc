#include "daemon/serve/source/session_clock.h"

namespace cflt::serve::source {

SessionClock::Action SessionClock::look(const Timeouts& timeouts, Held held,
                                        Time now) const {
  const auto passed = [now](Time since, Duration timeout) {
    return timeout.count() > 0 && now - since >= timeout;
  };
  if (held != Held::kNothing && passed(record_since_, timeouts.record)) {
    const bool still_comes = !passed(last_read_, timeouts.record);
    return held == Held::kCounted && !still_comes ? Action::kEndRecord
                                                  : Action::kReleaseRecord;
  }
  return passed(last_read_, timeouts.idle) ? Action::kEndIdle
                                           : Action::kNothing;
}

}  // namespace cflt::serve::source
