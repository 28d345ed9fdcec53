// The summary of a run: --stats, SIGUSR1 and the progress line.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "core/stream/stream.h"

namespace cflt::filter {

enum class StatsFormat { kNone, kText, kJson };

/// What one run has done so far.
struct Statistics {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  // counted for --stats only
  std::chrono::duration<double> elapsed{};
  stream::Counts counts;
  /// Blocks that Hyperscan gave up and the scalar matcher scanned.
  std::uint64_t rescued_blocks = 0;

  /// Of two streams that ran side by side.
  Statistics& operator+=(const Statistics& other);
};

/// "2 found (plain 1, json 1), 0 truncated, 0 suspected, 0 rejected".
std::string to_text(const stream::Counts& counts);

/// Bytes a second.
double rate_of(const Statistics& statistics);

/// One line for people.
std::string to_text(const Statistics& statistics);

/// One JSON object, one line.
std::string to_json(const Statistics& statistics);

/// The number of line feeds.
std::uint64_t count_lines(Bytes bytes);

/// What the pump publishes after each chunk for the reporting thread.
struct LiveCounters {
  std::atomic<std::uint64_t> bytes = 0;
  /// Of the files themselves, which may be compressed; not every run counts
  /// them.
  std::atomic<std::uint64_t> file_bytes = 0;
  std::atomic<std::uint64_t> findings = 0;
  std::array<std::atomic<std::uint64_t>, forms::kFormCount> found{};
  std::atomic<std::uint64_t> truncated = 0;
  std::atomic<std::uint64_t> suspected = 0;
  std::atomic<std::uint64_t> rejected = 0;

  /// For the thread that counts.
  void publish(const stream::Counts& counts);
  stream::Counts counts() const;
};

}  // namespace cflt::filter
