// How long a daemon that ends waits for its sinks.
//
//   the input has ended   as long as they take something: until they have taken
//                         nothing for the time-out
//   a signal, or nobody   the time-out, whatever they take
//   reads what we write
//
// Has no clock of its own. Belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace cflt::serve::control {

class DrainWait {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Time = std::chrono::steady_clock::time_point;

  enum class Why { kEndOfInput, kNoReader, kSignal };
  enum class Action { kBegin, kWait, kGiveUp };

  /// It ends, for the first time (kBegin), or for one more reason: at once
  /// (kGiveUp), where it had been told before and a signal says so again.
  Action end(Why why, Duration timeout, Time now);

  /// Called now and then: `taken` grows with whatever any sink takes. `now`
  /// does not go back.
  Action look(std::uint64_t taken, Time now);

  bool has_begun() const { return has_begun_; }
  /// Time enough between two looks, to be told in time.
  Duration interval() const;

 private:
  Duration timeout_{0};
  Time since_;  // nothing has been taken, or it has been told to end
  std::uint64_t taken_ = 0;
  bool has_begun_ = false;
  bool was_told_ = false;
};

}  // namespace cflt::serve::control
