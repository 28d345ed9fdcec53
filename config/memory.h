// What a configuration may take of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "config/settings.h"

namespace cflt::config {

/// Where memory goes at worst. memory_limit is what holds; it must be at least
/// needed_bytes(), so that no part can starve another.
struct MemoryNeed {
  std::uint64_t buffer_bytes = 0;   // of all sinks
  std::uint64_t worker_bytes = 0;   // of all workers
  std::uint64_t partial_bytes = 0;  // records that are not complete
  std::uint64_t leaving_bytes = 0;  // copies of the longest as it leaves

  std::uint64_t needed_bytes() const {
    return buffer_bytes + worker_bytes + partial_bytes;
  }
};

/// Where a worker reads datagrams to.
inline constexpr std::uint64_t kDatagramBytes = 4 << 20;

/// Each worker may have one record of the largest max_length, the copy of it
/// that leaves, and for each sink that escapes terminators one of four times
/// its size.
MemoryNeed memory_need(unsigned workers, const std::vector<Source>& sources,
                       const std::vector<Sink>& sinks);

/// What incomplete records may take in one of the workers, when one that is
/// complete may be copied beside them.
std::uint64_t partial_limit_bytes(const MemoryNeed& need, unsigned workers,
                                  std::uint64_t memory_limit_bytes);

}  // namespace cflt::config
