// One connection's way in: bytes as they are read, redacted records out.
//
//   read() ──▶ |carry|  fresh  | ──frames──▶ redact in place ──▶ batches
//                  ▲                 |
//                  └── the rest ─────┘   of a record that is not complete
//
// Reads go into a block that all connections of a worker share; only the rest
// of an incomplete record is copied out, so an idle connection holds nothing.
// A rest that grows is not moved again until its record is complete: bytes
// that come one by one cost the same each.
//
// Sans-I/O: room() before each read, filled() behind it, end() at the end.
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/framing/framer.h"
#include "core/records/batch.h"
#include "core/records/frames.h"
#include "core/records/long_record.h"
#include "core/records/record_redactor.h"

namespace cflt::records {

struct IntakeOptions {
  framing::Framing framing = framing::Framing::kNewline;
  std::size_t max_length_bytes = 1 << 20;
  TooLong too_long = TooLong::kSplit;
  Origin origin;  // what batches say; may_hold_* are set by the framing
};

/// What came in, in records; bytes are those read.
struct IntakeCounts {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;    // frames
  std::uint64_t split = 0;      // further records that long ones were cut into
  std::uint64_t truncated = 0;  // records whose end was dropped
  std::uint64_t partial = 0;    // records cut off by the end of a connection
};

/// Bytes kept from one read to the next; overwritten when they are not needed.
class Carry {
 public:
  Carry() = default;
  ~Carry() { clear(); }
  Carry(const Carry&) = delete;
  Carry& operator=(const Carry&) = delete;

  void append(Bytes bytes);
  /// Copies bytes [from, to) to where they stand in a block.
  void copy_to(char* block, std::size_t from, std::size_t to) const;
  void clear();
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class Intake {
 public:
  /// The pool outlives it. All belong to the same thread.
  Intake(const IntakeOptions& options, std::shared_ptr<RecordRedactor> redactor,
         FramePool& pool);

  /// Where to read to. Valid until the next call for any connection of the
  /// worker: read at once, then filled().
  std::span<char> room();

  /// `size` bytes were read at `now_ns`. Appends what became complete to
  /// `batches`. False: the framing is lost, nothing can be read any more.
  bool filled(std::size_t size, std::int64_t now_ns,
              std::vector<Batch>& batches);

  /// Nothing was read after all.
  void cancel();

  /// The connection has ended: what is left is a record.
  void end(std::int64_t now_ns, std::vector<Batch>& batches);

  /// A record has begun and is not complete.
  bool has_partial() const { return carry_.size() > 0 || long_ != nullptr; }
  /// Memory held for it.
  std::size_t held_bytes() const;

  /// New rules, limits and origin, from the next record on. The framing stays.
  void change(const IntakeOptions& options,
              std::shared_ptr<RecordRedactor> redactor);

  /// What came in since the last call.
  IntakeCounts take_counts() { return std::exchange(counts_, {}); }

 private:
  /// A long record's pieces, and how many records of the block leave before.
  struct Interlude {
    std::size_t before;
    std::vector<Batch> pieces;
  };

  /// Bytes of a carry that the framer may look at again.
  static constexpr std::size_t kHeadBytes = 16;
  /// A record with so many bytes is not waited for.
  static constexpr std::size_t kMaxCarryBytes = kBlockBytes / 2;

  std::size_t frame_all(std::size_t end, std::int64_t now_ns, bool* is_lost);
  std::size_t take_complete(const framing::Frame& frame, std::size_t at,
                            std::int64_t now_ns);
  void take_payload(std::size_t at, std::size_t size, std::int64_t now_ns);
  std::size_t take_usual(std::size_t at, std::size_t end);
  std::optional<WireFraming> framed_as() const;
  void begin_long(std::size_t expected_bytes);
  std::size_t go_on_long(std::size_t at, std::size_t end, std::int64_t now_ns);
  void end_long(std::int64_t now_ns);
  void feed_long(std::size_t from, std::size_t to, std::int64_t now_ns);
  void take_long_pieces(std::int64_t now_ns);
  void restore_carry();
  void keep_rest(std::size_t at, std::size_t end);
  void emit(std::int64_t now_ns, std::vector<Batch>& batches);
  Origin origin() const;
  char* block() { return frames_->block.data(); }
  Bytes view(std::size_t from, std::size_t to) {
    return {block() + from, to - from};
  }

  IntakeOptions options_;
  std::shared_ptr<RecordRedactor> redactor_;
  FramePool* pool_;
  framing::Framer framer_;
  Carry carry_;
  std::unique_ptr<LongRecord> long_;
  std::shared_ptr<RecordRedactor> long_redactor_;  // whose rules long_ uses
  std::shared_ptr<Frames> frames_;  // between room() and filled()
  bool carry_restored_ = true;
  bool are_as_framed_ = true;  // no record lost a terminator in its frame
  bool ended_ = false;
  std::vector<Interlude> interludes_;
  IntakeCounts counts_;
};

}  // namespace cflt::records
