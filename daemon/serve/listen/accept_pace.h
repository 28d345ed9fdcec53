// How many connections a listener accepts in a turn, and when it pauses.
//
//   readable ──▶ accept, accept ... ──▶ readable: none is left, or others have
//                  │                              their turn
//                  └ descriptors or memory run out: a pause, then a turn
//
// It has no socket and no clock.
#pragma once

#include <cstdint>

namespace cflt::serve::listen {

/// What an attempt to accept has come to.
enum class Accepted {
  kOne,     // or one that was gone before it could be accepted
  kNone,    // nobody waits
  kNotNow,  // there is no descriptor or memory for it
};

/// What accept4() means by failing for that reason.
Accepted accepted_of_error(int error);

/// A process may have `limit` descriptors, of which `lowest_free` would be the
/// next. False: it is to be left for files, sinks and whoever asks the admin
/// endpoint how we are.
bool leaves_spare_descriptors(std::uint64_t lowest_free, std::uint64_t limit);

class AcceptPace {
 public:
  static constexpr int kAcceptedInTurn = 32;

  enum class Next { kAccept, kWait, kPause };

  /// Behind each attempt. What comes behind a wait or a pause is another turn.
  Next next(Accepted accepted);

  /// How often there was no descriptor or memory.
  std::uint64_t pauses() const { return pauses_; }

 private:
  int accepted_in_turn_ = 0;
  std::uint64_t pauses_ = 0;
};

}  // namespace cflt::serve::listen
