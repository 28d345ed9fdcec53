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
  std::uint64_t worker_bytes = 0;   // of all workers; auto counts as one
  std::uint64_t partial_bytes = 0;  // records that are not complete

  std::uint64_t needed_bytes() const {
    return buffer_bytes + worker_bytes + partial_bytes;
  }
};

MemoryNeed memory_need(const Service& service,
                       const std::vector<Source>& sources,
                       const std::vector<Sink>& sinks);

}  // namespace cflt::config
