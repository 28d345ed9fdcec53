// Whether all workers move: each is asked to answer, and asked again when all
// have. The service manager hears of each full beat.
//
// Has no clock of its own. Belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace cflt::serve::control {

class Heartbeat {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// A worker that has not had its turn for so long is stuck.
  static constexpr std::chrono::seconds kStuck{10};

  explicit Heartbeat(Time now) : last_full_beat_(now) {}

  /// What the workers are asked to answer.
  std::uint64_t beat() const { return beat_; }
  /// All have answered beat(): the next is asked for.
  void all_answered(Time now) {
    last_full_beat_ = now;
    ++beat_;
  }
  bool is_stuck(Time now) const { return now - last_full_beat_ > kStuck; }

 private:
  std::uint64_t beat_ = 0;
  Time last_full_beat_;
};

}  // namespace cflt::serve::control
