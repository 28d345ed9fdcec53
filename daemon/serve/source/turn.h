// When a datagram source that always has more to read lets others have their
// turn. (A connection reads once a turn.)
//
// Has no clock of its own.
#pragma once

#include <chrono>
#include <cstddef>

namespace cflt::serve::source {

class Turn {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// What is dense with secrets takes 7 ms a block: this, and the block that
  /// was begun, is what others wait for.
  static constexpr std::chrono::milliseconds kMaxTime{2};
  static constexpr std::size_t kMaxBytes = 16 << 20;  // more than SO_RCVBUF
  static constexpr int kMaxReads = 8;

  explicit Turn(Time begin) : until_(begin + kMaxTime) {}

  void read(std::size_t size_bytes) {
    ++reads_;
    bytes_ += size_bytes;
  }

  /// `now` does not go back.
  bool is_over(Time now) const {
    return reads_ >= kMaxReads || bytes_ >= kMaxBytes || now >= until_;
  }

 private:
  Time until_;
  std::size_t bytes_ = 0;
  int reads_ = 0;
};

}  // namespace cflt::serve::source
