// When the log speaks of a sink's connection: each change as it comes, but six
// lines a minute at most. Of a sink that comes and goes faster, how it stands
// is told when a line is free again.
//
// Has no clock of its own. Belongs to one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace cflt::serve::sink {

class SinkStateLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The sink is up or down, as before or newly. Called at each change, and now
  /// and then. Whether that is to be told: then how many changes were not. One
  /// that stays down is told of each minute. `now` does not go back.
  std::optional<std::uint64_t> admit(bool is_up, Time now);

 private:
  static constexpr std::size_t kLinesInAMinute = 6;

  bool is_due(bool is_up, Time now) const;

  std::optional<bool> was_up_;
  std::uint64_t changes_ = 0;  // since the last line
  std::size_t lines_ = 0;
  std::array<Time, kLinesInAMinute> told_at_{};  // of the last, in a ring
};

}  // namespace cflt::serve::sink
