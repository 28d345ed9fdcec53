// What a source of datagrams does next, from its begin to its end.
//
//   reading ──fail──▶ failed     failed: it cannot be read now, and is tried
//      │    ◀─retry──   │                again
//      └─────drain──────┤
//                       ▼
//                   draining     what has arrived is read, by kLastReads reads
//                       │        at most
//                       ▼
//                     ended
//
// It has no socket and no clock.
#pragma once

namespace cflt::serve::source {

class DatagramLife {
 public:
  /// More than a socket's buffer holds, and not for ever: senders may go on.
  static constexpr int kLastReads = 4096;

  enum class Next {
    kNothing,   // somebody else will call
    kWait,      // until there are datagrams
    kTurnSoon,  // when others have had theirs
    kRetry,     // after a while, and not before
    kEnd,
  };

  /// How a turn ended.
  enum class Turned {
    kEmpty,  // nothing more can be read, and all is taken
    kTaken,  // its time was up, and all is taken that was read
    kHolds,  // its time was up, and some that was read is not taken
  };

  bool waits_for_datagrams() const { return state_ == State::kReading; }
  /// Else whoever wants a turn came too late, or too early.
  bool takes_turns() const {
    return state_ == State::kReading || state_ == State::kDraining;
  }
  /// Before each read. False: it is drained, and has read enough.
  bool begin_read();
  Next after_turn(Turned turned) const;
  /// It cannot be read.
  Next fail();
  Next retry();
  Next drain();
  /// False: it has ended before.
  bool end();

 private:
  enum class State { kReading, kFailed, kDraining, kEnded };

  State state_ = State::kReading;
  int last_reads_ = 0;
};

}  // namespace cflt::serve::source
