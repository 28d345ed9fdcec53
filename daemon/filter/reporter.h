// A thread that tells how far a run is: one line for each SIGUSR1, and a
// progress line on a terminal. The pump itself is never interrupted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include "daemon/filter/statistics.h"

namespace cflt::filter {

/// Blocks SIGUSR1 in this thread and those it starts: call it first thing, so
/// that the signal reaches the reporter and nobody else.
void block_report_signal();

/// The summary, where one was asked for.
void tell_statistics(const Statistics& statistics, StatsFormat format);

class Reporter {
 public:
  static constexpr std::uint64_t kUnknown = UINT64_MAX;

  /// Watches `counters`, which outlive it. With `total_bytes` of files, draws
  /// the progress from one second after the start; kUnknown: as far as known.
  Reporter(const LiveCounters& counters,
           std::optional<std::uint64_t> total_bytes);
  /// Stops the thread and removes the progress line.
  ~Reporter();

 private:
  using Clock = std::chrono::steady_clock;

  void run(const std::stop_token& stop);
  void report() const;
  void draw();
  std::chrono::duration<double> elapsed() const {
    return Clock::now() - started_;
  }

  const LiveCounters& counters_;
  std::optional<std::uint64_t> total_bytes_;
  Clock::time_point started_ = Clock::now();
  bool drawn_ = false;
  std::jthread thread_;
};

}  // namespace cflt::filter
