#include "core/records/batch.h"

#include <algorithm>
#include <cstring>

#include "core/framing/counts.h"

namespace cflt::records {
namespace {

/// Returns where it ends.
char* write_escaped(Bytes payload, char terminator, std::string_view word,
                    char* to) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    if (payload[i] == terminator) {
      to = std::copy(word.begin(), word.end(), to);
    } else {
      *to++ = payload[i];
    }
  }
  return to;
}

}  // namespace

std::size_t Batch::run_end(std::size_t i) const {
  const auto& gaps = frames_->gaps;
  const auto next = std::ranges::upper_bound(gaps, first_ + i);
  return next == gaps.end() ? count_
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
  for (const std::uint32_t index : frames_->gaps) {
    if (index >= first_ + first) {
      copy->gaps.push_back(index - first_ - static_cast<std::uint32_t>(first));
    }
  }
  copy->framed_as = frames_->framed_as;
  copy->origin = frames_->origin;
  copy->received_ns = frames_->received_ns;
  return {std::move(copy), 0, rest.size()};
}

std::optional<Batch> Batch::escaped(char terminator,
                                    std::string_view word) const {
  const Record& last = records().back();
  const Bytes all = block().slice(records().front().at, last.at + last.size);
  if (std::memchr(all.data(), terminator, all.size()) == nullptr) return {};
  std::size_t size = 0;
  std::size_t escapes = 0;
  for (const Record& record : records()) {
    const Bytes payload = bytes(record);
    escapes += static_cast<std::size_t>(std::count(
        payload.data(), payload.data() + payload.size(), terminator));
    size += payload.size() + 1;
  }
  if (escapes == 0) return std::nullopt;
  auto copy = std::make_shared<Frames>();
  copy->block = Block(size + escapes * (word.size() - 1));
  char* at = copy->block.data();
  for (const Record& record : records()) {
    char* end = write_escaped(bytes(record), terminator, word, at);
    copy->records.push_back(
        {static_cast<std::uint32_t>(at - copy->block.data()),
         static_cast<std::uint32_t>(end - at)});
    *end = terminator;
    at = end + 1;
  }
  copy->framed_as =
      terminator == '\0' ? WireFraming::kNul : WireFraming::kNewline;
  copy->origin = frames_->origin;
  copy->received_ns = frames_->received_ns;
  return Batch(std::move(copy), 0, records().size());
}

}  // namespace cflt::records
