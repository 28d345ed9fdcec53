// Redacted records: what sinks take, and nothing else.
//
// Only RecordRedactor and LongRecord make batches, from bytes that they have
// scanned. Batches are shared: every sink that is not done with one holds it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/records/frames.h"

namespace cflt::records {

class Batch {
 public:
  /// Valid as long as this batch, or a copy of it.
  std::span<const Record> records() const {
    return {frames_->records.data() + first_, count_};
  }
  Bytes bytes(const Record& record) const { return frames_->bytes(record); }

  /// The bytes around a record. They may be compared with what is about to be
  /// written there, so that neighbours leave as one piece; they may not leave.
  Bytes block() const {
    return {frames_->block.data(), frames_->block.capacity()};
  }

  /// Records that lie as frames of this framing, one right behind the other,
  /// can leave as one piece. Each is what was in its place, or shorter.
  std::optional<WireFraming> framed_as() const { return frames_->framed_as; }
  /// Behind the last record that lies so behind record `i`.
  std::size_t run_end(std::size_t i) const;

  const Origin& origin() const { return frames_->origin; }
  std::int64_t received_ns() const { return frames_->received_ns; }

  /// What holding it costs.
  std::size_t memory_bytes() const {
    return frames_->block.capacity() +
           frames_->records.capacity() * sizeof(Record) + sizeof(Frames) +
           kAllocationBytes;
  }

  /// The same from record `first` on, in a block of its own that is just large
  /// enough.
  Batch copy_from(std::size_t first) const;

  /// The same with each `terminator` inside a record written as `word`; none
  /// where no record holds one. Quick where there is none between them either.
  std::optional<Batch> escaped(char terminator, std::string_view word) const;

 private:
  /// What stands around three allocations, and behind the block. For a record
  /// of a few bytes it is most of the cost.
  static constexpr std::size_t kAllocationBytes = 3 * 16 + 16 + 64;

  friend class RecordRedactor;
  friend class LongRecord;
  Batch(std::shared_ptr<const Frames> frames, std::size_t first,
        std::size_t count)
      : frames_(std::move(frames)),
        first_(static_cast<std::uint32_t>(first)),
        count_(static_cast<std::uint32_t>(count)) {}

  std::shared_ptr<const Frames> frames_;
  std::uint32_t first_;
  std::uint32_t count_;
};

}  // namespace cflt::records
