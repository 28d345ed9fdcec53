// Where log lines leave: a descriptor that may be full for as long as it likes.
//
// Used by the log's own thread only, but for give_up_after() and lost_count().
#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace cflt::serve::log {

class LineSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  /// `fd` outlives it, and may be in blocking or non-blocking mode.
  explicit LineSink(int fd) : fd_(fd) {}

  /// From `grace` on from now, lines that have to wait are lost.
  void give_up_after(std::chrono::milliseconds grace);

  /// Lines that could not be written, or not in full.
  std::uint64_t lost_count() const { return lost_count_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  using Clock = std::chrono::steady_clock;

  bool write_all(std::string_view bytes);
  bool wait_for_room() const;

  const int fd_;
  std::atomic<Clock::time_point> deadline_{Clock::time_point::max()};
  std::atomic<std::uint64_t> lost_count_{0};
};

}  // namespace cflt::serve::log
