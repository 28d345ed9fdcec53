// What a connection does next, from its begin to its end.
//
//   reading ───park──▶ parked            parked: a sink is full, nothing is
//      │    ◀─resume──    │              read until it has room
//    drain              drain
//      ▼                  ▼              draining: what has arrived is read, in
//   draining ──park──▶ parked, draining  at most kLastReads reads
//      │    ◀─resume──    │
//      └──────end─────────┘
//              ▼
//            ended ──close──▶ closed     ended: nothing is read any more
//                                        closed: and it is counted
//
// It has no socket and no clock.
#pragma once

namespace cflt::serve::source {

class ConnectionLife {
 public:
  /// More than a socket's buffers hold: the sender may go on for ever.
  static constexpr int kLastReads = 64;

  enum class Next {
    kNothing,   // somebody else will call
    kWait,      // until there are bytes
    kReadSoon,  // when others have had their turn
    kEnd,
  };

  void park();
  /// There is room again.
  Next resume();
  /// What waits for bytes reads at once; what is parked goes on when it can.
  Next drain();
  /// Behind each read; `got_bytes` is false where there are none now.
  Next after_read(bool got_bytes);
  /// False: it has ended before.
  bool end();
  /// Also ends it. False: it was closed before.
  bool close();

  bool is_parked() const {
    return state_ == State::kParked || state_ == State::kParkedDraining;
  }
  bool has_ended() const { return state_ >= State::kEnded; }

 private:
  enum class State {
    kReading,
    kParked,
    kDraining,
    kParkedDraining,
    kEnded,
    kClosed
  };

  State state_ = State::kReading;
  int last_reads_ = 0;
};

}  // namespace cflt::serve::source
