// A record that is too long to wait for: redacted as it comes, cut into pieces
// (docs/records.md, 2).
//
//   bytes ──▶ Stream ──▶ |redacted, up to max_length and a little| ──▶ pieces
//
// A piece is cut off only when all masks that could stand in the way of the
// cut are known, so pieces do not depend on how the record came. It holds at
// most max_length and one slice of redacted bytes, and the stream's held tail;
// while a piece is cut off, that piece as well.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/records/batch.h"
#include "core/records/choices.h"
#include "core/stream/stream.h"
#include "core/stream/window.h"

namespace cflt::records {

/// The shortest max_length: any mask, with its anchor, fits a piece.
inline constexpr std::size_t kMinMaxLengthBytes = 16;

class LongRecord {
 public:
  static constexpr std::size_t kMaxSliceBytes = 64 << 10;

  /// Rules and scanner outlive it. It takes slices of `expected_bytes`, which
  /// is at least 1, or of 64 KiB where that is less.
  LongRecord(const stream::Rules& rules, scan::Scanner& scanner,
             std::size_t max_length_bytes, TooLong too_long,
             std::size_t expected_bytes = kMaxSliceBytes);

  void feed(Bytes bytes);
  /// The record has ended.
  void finish();
  /// Nothing waits any longer: what is decided becomes a piece. An anchor that
  /// is not decided stays, with what stands behind it.
  void release();
  /// The record ends here, and not by itself: what is decided is its last
  /// piece, an anchor that is not decided and what stands behind it is dropped.
  void cut_off();
  /// Nothing more of it may leave.
  void discard();

  /// The pieces that are complete since the last call, all of one origin; none
  /// where the answer is empty. A batch a piece.
  std::vector<Batch> take_pieces(const Origin& origin,
                                 std::int64_t received_ns);

  /// Of this record, so far.
  std::uint64_t piece_count() const { return piece_count_; }
  bool was_truncated() const { return truncated_; }

  stream::Counts take_counts() { return stream_.take_counts(); }

  std::size_t memory_bytes() const;

 private:
  void append(std::span<const Outgoing> pieces);
  void make_room(std::size_t size);
  void cut(bool is_end);
  void add_piece(std::size_t front, std::size_t size);
  std::size_t untorn(std::size_t front, std::size_t size) const;
  std::size_t decided_size() const;
  void drop_front(std::size_t size);

  std::size_t max_length_;  // of the next piece
  TooLong too_long_;
  std::size_t slice_;
  stream::Stream stream_;
  stream::Window window_;
  std::vector<char> redacted_;       // not cut off yet
  std::vector<redact::Atom> atoms_;  // in it; positions as in the stream
  std::uint64_t redacted_at_ = 0;    // position of redacted_[0]
  std::vector<Block> pieces_;
  std::uint64_t piece_count_ = 0;
  bool truncated_ = false;
};

}  // namespace cflt::records
