#include "core/records/record_redactor.h"

#include <string.h>

#include <algorithm>
#include <cstring>

namespace cflt::records {
namespace {

/// Moves pieces, which stand in order in [begin, end) or elsewhere, to the end
/// of that room, and overwrites what is free then. Returns where they begin.
/// Pieces that stand in the room never move to the front, because a mask is
/// shorter than what it replaces.
char* move_to_end(std::span<const Outgoing> pieces, char* begin, char* end) {
  char* at = end;
  for (std::size_t i = pieces.size(); i-- > 0;) {
    const Bytes piece = pieces[i].bytes();
    at -= piece.size();
    std::memmove(at, piece.data(), piece.size());
  }
  CFLT_CHECK(at >= begin);
  explicit_bzero(begin, static_cast<std::size_t>(at - begin));
  return at;
}

}  // namespace

void RecordRedactor::redact(Frames& frames) {
  redacted_ = &frames;
  if (frames.records.empty()) return;
  const std::uint32_t region_at = frames.records.front().at;
  const Record& last = frames.records.back();
  const Bytes region(frames.block.data() + region_at,
                     last.at + last.size - region_at);
  auto anchors = scanner_->scan(region, 0);

  auto record = frames.records.begin();
  while (!anchors.empty()) {
    // The record that the next anchor ends in: the first that ends not sooner.
    const std::uint32_t anchor_end = region_at + anchors.front().end;
    record = std::partition_point(
        record, frames.records.end(),
        [&](const Record& r) { return r.at + r.size < anchor_end; });
    if (record == frames.records.end()) return;
    const auto inside = std::ranges::find_if(anchors, [&](const auto& anchor) {
      return region_at + anchor.end > record->at + record->size;
    });
    const auto count = static_cast<std::size_t>(inside - anchors.begin());
    if (redact_record(frames, *record, anchors.first(count), region_at)) {
      const auto index = record - frames.records.begin();
      frames.gaps.push_back(static_cast<std::uint32_t>(index));
    }
    anchors = anchors.subspan(count);
  }
}

/// `anchors` end in the record or in front of it. True where the record has
/// changed.
bool RecordRedactor::redact_record(Frames& frames, Record& record,
                                   std::span<const scan::Anchor> anchors,
                                   std::uint32_t region_at) {
  if (anchors.empty()) return false;
  char* begin = frames.block.data() + record.at;
  char* end = begin + record.size;
  const auto pieces = stream_.redact_whole({begin, record.size}, anchors,
                                           record.at - region_at);
  if (stream_.atoms().empty()) return false;
  begin = move_to_end(pieces, begin, end);
  record.at = static_cast<std::uint32_t>(begin - frames.block.data());
  record.size = static_cast<std::uint32_t>(end - begin);
  return true;
}

stream::Counts RecordRedactor::take_counts() {
  counts_ += stream_.take_counts();
  return std::exchange(counts_, {});
}

}  // namespace cflt::records
