// How long to wait before the next attempt.
#pragma once

#include <chrono>
#include <random>

namespace cflt::serve::loop {

class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  Backoff(Duration initial, Duration max)
      : initial_(initial), max_(max), delay_(initial) {}

  /// Between half of the delay and all of it, so that many do not come at once;
  /// the next delay is twice as long, up to the maximum.
  Duration next();

  /// It worked: the next delay is the first again.
  void reset() { delay_ = initial_; }

 private:
  Duration initial_;
  Duration max_;
  Duration delay_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace cflt::serve::loop
