#include "config/memory.h"

#include <algorithm>

namespace cflt::config {
namespace {

constexpr std::uint64_t kWorkerBytes = 4 << 20;
constexpr std::uint64_t kPartialBytes = 8 << 20;

}  // namespace

MemoryNeed memory_need(const Service& service,
                       const std::vector<Source>& sources,
                       const std::vector<Sink>& sinks) {
  MemoryNeed need;
  for (const Sink& sink : sinks) need.buffer_bytes += sink.max_size_bytes;
  need.worker_bytes = kWorkerBytes * std::max(1U, service.workers);
  need.partial_bytes = kPartialBytes;
  for (const Source& source : sources) {
    need.partial_bytes = std::max(need.partial_bytes, source.max_length_bytes);
  }
  return need;
}

}  // namespace cflt::config
