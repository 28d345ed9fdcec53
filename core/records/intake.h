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
  std::uint64_t empty = 0;      // syslog: empty records, which are skipped
  std::uint64_t skipped_bytes = 0;  // between frames, of none of them
  std::uint64_t lost_bytes = 0;     // thrown away, because no frame was found
  std::uint64_t compressed = 0;     // datagrams, in which nothing can be found
};

/// How a stream ends.
enum class End : std::uint8_t {
  kByPeer,  // what is there is all there is
  kByUs     // it could have gone on: a candidate that is open is dropped
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
  /// `batches`. False: the framing is lost, or opening() is foreign; nothing
  /// can be read any more.
  bool filled(std::size_t size, std::int64_t now_ns,
              std::vector<Batch>& batches);

  /// Nothing was read after all.
  void cancel();

  /// The connection has ended: what is left is a record. False: what is left
  /// is no frame's beginning.
  bool end(std::int64_t now_ns, std::vector<Batch>& batches,
           End how = End::kByPeer);

  /// The record that has begun has waited long enough: what is decided of it
  /// leaves as a piece, and it goes on as a long one.
  void release(std::int64_t now_ns, std::vector<Batch>& batches);

  /// What has begun of a record cannot be trusted: none of it leaves any more.
  void distrust();

  /// True where what has begun is a counted frame, or a count.
  bool waits_for_count() const {
    return has_partial() && framer_.waits_for_count();
  }

  /// What the connection began with.
  framing::Opening opening() const { return framer_.opening(); }

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
  struct LongPieces {
    std::size_t before;
    std::vector<Batch> pieces;
  };

  /// Bytes of a carry that the framer may look at again.
  static constexpr std::size_t kHeadBytes = 16;
  /// A record with so many bytes is not waited for.
  static constexpr std::size_t kMaxCarryBytes = kBlockBytes / 2;

  /// Slices of a record that was released: nearly all are idle, and many.
  static constexpr std::size_t kReleasedSliceBytes = 4 << 10;

  std::size_t frame_all(std::size_t end, std::int64_t now_ns, bool* is_lost);
  void lose(std::size_t from, std::size_t to);
  std::size_t skip(const framing::Frame& frame, std::size_t at);
  std::size_t take_complete(const framing::Frame& frame, std::size_t at,
                            std::int64_t now_ns);
  void take_payload(std::size_t at, std::size_t size, std::int64_t now_ns);
  std::size_t take_common(std::size_t at, std::size_t end);
  std::size_t take_lines(std::size_t at, Bytes bytes);
  std::optional<WireFraming> framed_as() const;
  void begin_long(std::size_t expected_bytes);
  std::size_t go_on_long(std::size_t at, std::size_t end, std::int64_t now_ns);
  void end_long(std::int64_t now_ns, End how = End::kByPeer);
  void feed_long(std::size_t from, std::size_t to, std::int64_t now_ns);
  void take_long_pieces(std::int64_t now_ns);
  void end_with_newline(std::size_t end);
  std::size_t take_carry();
  void restore_carry();
  void keep_rest(std::size_t at, std::size_t end);
  void end_partial(std::size_t at, std::size_t end, std::int64_t now_ns,
                   End how);
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
  bool are_as_framed_ = true;  // each record lies right behind the other
  bool ended_ = false;
  std::vector<LongPieces> long_pieces_;
  IntakeCounts counts_;
};

}  // namespace cflt::records
