// A block of bytes and the records in it.
//
//   block   |<34>1 .. hello\n<34>1 .. world\n<34>1 par|     | 64 readable |
//   records  at 0, size 14    at 15, size 14
//
// Frames are what was read: nothing in them may leave. RecordRedactor makes a
// Batch of them, which is what sinks take. Where they already are what a sink
// has to write, they leave in runs, as they lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/framing/range.h"
#include "core/records/choices.h"

namespace cflt::records {

/// What connections are read into.
inline constexpr std::size_t kBlockBytes = kChunkBytes;

/// A record's payload, in its block.
using Record = framing::Range;

/// A buffer of its own, with 64 readable bytes behind it for Hyperscan.
class Block {
 public:
  Block() = default;
  explicit Block(std::size_t capacity_bytes);

  char* data() { return buffer_.get(); }
  const char* data() const { return buffer_.get(); }
  std::size_t capacity() const { return capacity_; }

 private:
  struct Free {
    void operator()(char* buffer) const;
  };
  std::unique_ptr<char, Free> buffer_;
  std::size_t capacity_ = 0;
};

/// Where records come from, as far as a sink has to know.
struct Origin {
  std::uint16_t source = 0;      // the index of the source
  bool is_syslog = false;        // records begin with a syslog header
  bool may_hold_newline = true;  // false: none of them does
  bool may_hold_nul = true;
};

struct Frames {
  Block block;
  std::vector<Record> records;
  /// Records lie in the block as frames of this, each right behind the other;
  /// none where they do not.
  std::optional<WireFraming> framed_as;
  /// The exceptions, by index and in order: records that were redacted. They
  /// end as the others do, but begin later, and have no count before them.
  std::vector<std::uint32_t> gaps;
  Origin origin;
  std::int64_t received_ns = 0;  // of the system clock

  Bytes bytes(const Record& record) const {
    return {block.data() + record.at, record.size};
  }
};

/// Frames that are used again: those that only the pool still holds. Belongs
/// to one thread; shares in what it gives out may be let go of by others.
class FramePool {
 public:
  /// Empty frames with a block of at least `capacity_bytes`.
  std::shared_ptr<Frames> take(std::size_t capacity_bytes = kBlockBytes);

 private:
  /// What a stream sink queues before its sources wait, and more: blocks that
  /// are given back to the system cost a page fault for every 4 KiB.
  static constexpr std::size_t kKept = 8;
  std::vector<std::shared_ptr<Frames>> kept_;
};

}  // namespace cflt::records
