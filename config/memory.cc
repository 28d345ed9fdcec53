#include "config/memory.h"

#include <algorithm>

#include "config/address.h"

namespace cflt::config {
namespace {

constexpr std::uint64_t kWorkerBytes = 4 << 20;
constexpr std::uint64_t kPartialBytes = 8 << 20;

/// What a service manager hands over is known when it does.
bool may_be_datagram(const Address& address) {
  return is_datagram(address) || address.scheme == Address::Scheme::kSystemd;
}

}  // namespace

MemoryNeed memory_need(unsigned workers, const std::vector<Source>& sources,
                       const std::vector<Sink>& sinks) {
  MemoryNeed need;
  const std::uint64_t count = std::max(1U, workers);
  for (const Sink& sink : sinks) need.buffer_bytes += sink.max_size_bytes;
  need.worker_bytes = kWorkerBytes * count;
  for (const Source& source : sources) {
    need.longest_bytes = std::max(need.longest_bytes, source.max_length_bytes);
    if (source.address && may_be_datagram(*source.address)) {
      need.worker_bytes = (kWorkerBytes + kDatagramBytes) * count;
    }
  }
  need.partial_bytes = std::max(kPartialBytes, 2 * count * need.longest_bytes);
  return need;
}

std::uint64_t partial_limit_bytes(const MemoryNeed& need, unsigned workers,
                                  std::uint64_t memory_limit_bytes) {
  const std::uint64_t fixed = need.buffer_bytes + need.worker_bytes;
  const std::uint64_t rest =
      memory_limit_bytes > fixed ? memory_limit_bytes - fixed : 0;
  const std::uint64_t share = rest / std::max(1U, workers);
  return share - std::min(need.longest_bytes, share / 2);
}

}  // namespace cflt::config
