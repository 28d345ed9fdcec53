// When a connection has waited for too long, and what becomes of it then.
//
//   the last read ────idle_timeout───▶ it ends
//
//   a record begins ──record_timeout─▶ what is decided of the record is
//                                      released, and the rest begins anew; or
//                                      it ends, where a count promises bytes
//                                      and none has come for as long
//
// The sender of a line may take its time. Bytes that a count promises and that
// do not come will not come at all.
//
// Has no clock of its own: `now` does not go back.
#pragma once

#include <chrono>

namespace cflt::serve::source {

class SessionClock {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Time = std::chrono::steady_clock::time_point;

  /// Zero: never.
  struct Timeouts {
    Duration idle{0};
    Duration record{0};
  };

  /// What the connection holds.
  enum class Held {
    kNothing,
    kRecord,   // which has begun, and has no end yet
    kCounted,  // the same, of which a count says how long it is
  };

  enum class Action { kNothing, kEndIdle, kReleaseRecord, kEndRecord };

  /// The connection begins.
  explicit SessionClock(Time now) : last_read_(now), record_since_(now) {}

  void read(Time now) { last_read_ = now; }
  /// What is held from now on is another record, or the rest of one whose
  /// begin has gone on.
  void begin_record(Time now) { record_since_ = now; }
  /// It was us who did not read: all times begin anew.
  void begin_anew(Time now) { last_read_ = record_since_ = now; }

  /// Called now and then, but not while it is us who do not read.
  Action look(const Timeouts& timeouts, Held held, Time now) const;

 private:
  Time last_read_;
  Time record_since_;
};

}  // namespace cflt::serve::source
