#include "core/records/batch.h"

#include <algorithm>
#include <cstring>

#include "core/framing/framer.h"

namespace cflt::records {

std::size_t Batch::run_end(std::size_t i) const {
  const auto& apart = frames_->apart;
  const auto next = std::ranges::upper_bound(apart, first_ + i);
  return next == apart.end() ? count_
                             : std::min<std::size_t>(count_, *next - first_);
}

/// Copies the stretch of the block that holds the records and what may stand
/// around them (a count, a terminator), so that neighbours stay neighbours.
Batch Batch::copy_from(std::size_t first) const {
  const auto rest = records().subspan(first);
  constexpr std::size_t kHeader = framing::kMaxCountDigits + 1;
  const std::size_t begin =
      rest.front().at - std::min<std::size_t>(rest.front().at, kHeader);
  const std::size_t end =
      std::min<std::size_t>(rest.back().at + rest.back().size + std::size_t{1},
                            frames_->block.capacity());
  auto copy = std::make_shared<Frames>();
  copy->block = Block(end - begin);
  std::memcpy(copy->block.data(), frames_->block.data() + begin, end - begin);
  copy->records.assign(rest.begin(), rest.end());
  for (Record& record : copy->records) {
    record.at -= static_cast<std::uint32_t>(begin);
  }
  for (const std::uint32_t index : frames_->apart) {
    if (index >= first_ + first) {
      copy->apart.push_back(index - first_ - static_cast<std::uint32_t>(first));
    }
  }
  copy->terminator = frames_->terminator;
  copy->origin = frames_->origin;
  copy->received_ns = frames_->received_ns;
  return {std::move(copy), 0, rest.size()};
}

}  // namespace cflt::records
