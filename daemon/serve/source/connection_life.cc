#include "daemon/serve/source/connection_life.h"

#include <utility>

namespace cflt::serve::source {

void ConnectionLife::park() {
  if (state_ == State::kReading) state_ = State::kParked;
  if (state_ == State::kDraining) state_ = State::kParkedDraining;
}

ConnectionLife::Next ConnectionLife::resume() {
  if (has_ended()) return Next::kNothing;
  if (state_ == State::kParked) state_ = State::kReading;
  if (state_ == State::kParkedDraining) state_ = State::kDraining;
  return Next::kReadSoon;
}

ConnectionLife::Next ConnectionLife::drain() {
  if (state_ == State::kParked) state_ = State::kParkedDraining;
  if (state_ != State::kReading) return Next::kNothing;
  state_ = State::kDraining;
  return Next::kReadSoon;
}

ConnectionLife::Next ConnectionLife::after_read(bool got_bytes) {
  if (has_ended()) return Next::kNothing;
  if (state_ == State::kReading) return Next::kWait;
  const bool goes_on = got_bytes && ++last_reads_ < kLastReads;
  return goes_on ? Next::kReadSoon : Next::kEnd;
}

bool ConnectionLife::end() {
  if (has_ended()) return false;
  state_ = State::kEnded;
  return true;
}

bool ConnectionLife::close() {
  return std::exchange(state_, State::kClosed) != State::kClosed;
}

}  // namespace cflt::serve::source
