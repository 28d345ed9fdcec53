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

/// "#012" stands for one byte.
constexpr std::uint64_t kEscapedBytes = 4;

bool may_have_to_escape(const Sink& sink, const Source& source) {
  if (sink.type == SinkType::kBlackhole ||
      sink.embedded_newline != records::EmbeddedNewline::kEscape ||
      sink.framing == records::WireFraming::kOctetCounting ||
      (sink.address && is_datagram(*sink.address))) {
    return false;
  }
  if (source.address && may_be_datagram(*source.address)) return true;
  // What ends the source's records is in none of them.
  return source.framing != (sink.framing == records::WireFraming::kNul
                                ? framing::Framing::kNul
                                : framing::Framing::kNewline);
}

}  // namespace

MemoryNeed memory_need(unsigned workers, const std::vector<Source>& sources,
                       const std::vector<Sink>& sinks) {
  MemoryNeed need;
  const std::uint64_t count = std::max(1U, workers);
  for (const Sink& sink : sinks) need.buffer_bytes += sink.max_size_bytes;
  need.worker_bytes = kWorkerBytes * count;
  std::uint64_t longest = 0;
  for (const Source& source : sources) {
    longest = std::max(longest, source.max_length_bytes);
    const auto escaped = std::ranges::count_if(sinks, [&](const Sink& sink) {
      return may_have_to_escape(sink, source);
    });
    const std::uint64_t copies =
        1 + kEscapedBytes * static_cast<std::uint64_t>(escaped);
    need.leaving_bytes =
        std::max(need.leaving_bytes, copies * source.max_length_bytes);
    if (source.address && may_be_datagram(*source.address)) {
      need.worker_bytes = (kWorkerBytes + kDatagramBytes) * count;
    }
  }
  need.partial_bytes =
      std::max(kPartialBytes, count * (longest + need.leaving_bytes));
  return need;
}

std::uint64_t partial_limit_bytes(const MemoryNeed& need, unsigned workers,
                                  std::uint64_t memory_limit_bytes) {
  const std::uint64_t fixed = need.buffer_bytes + need.worker_bytes;
  const std::uint64_t rest =
      memory_limit_bytes > fixed ? memory_limit_bytes - fixed : 0;
  const std::uint64_t share = rest / std::max(1U, workers);
  return share - std::min(need.leaving_bytes, share / 2);
}

}  // namespace cflt::config
