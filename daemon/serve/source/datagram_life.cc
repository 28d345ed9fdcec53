#include "daemon/serve/source/datagram_life.h"

#include <utility>

namespace cflt::serve::source {

bool DatagramLife::begin_read() {
  return state_ != State::kDraining || ++last_reads_ <= kLastReads;
}

DatagramLife::Next DatagramLife::after_turn(Turned turned) const {
  if (state_ == State::kReading) {
    return turned == Turned::kHolds ? Next::kTurnSoon : Next::kWait;
  }
  if (state_ != State::kDraining) return Next::kNothing;
  return turned == Turned::kEmpty ? Next::kEnd : Next::kTurnSoon;
}

DatagramLife::Next DatagramLife::fail() {
  if (state_ == State::kDraining) return Next::kEnd;
  if (state_ != State::kReading) return Next::kNothing;
  state_ = State::kFailed;
  return Next::kRetry;
}

DatagramLife::Next DatagramLife::retry() {
  if (state_ != State::kFailed) return Next::kNothing;
  state_ = State::kReading;
  return Next::kWait;
}

DatagramLife::Next DatagramLife::drain() {
  if (state_ == State::kDraining || state_ == State::kEnded) {
    return Next::kNothing;
  }
  state_ = State::kDraining;
  return Next::kTurnSoon;
}

bool DatagramLife::end() {
  return std::exchange(state_, State::kEnded) != State::kEnded;
}

}  // namespace cflt::serve::source
