#include "core/records/long_record.h"

#include <string.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace cflt::records {

LongRecord::LongRecord(const stream::Rules& rules, scan::Scanner& scanner,
                       std::size_t max_length_bytes, TooLong too_long,
                       std::size_t expected_bytes)
    : max_length_(max_length_bytes),
      too_long_(too_long),
      slice_(std::min(kMaxSliceBytes, expected_bytes)),
      stream_(rules, scanner),
      window_(slice_) {
  static_assert(kMinMaxLengthBytes >= redact::kMostAtomBytes);
  CFLT_CHECK(max_length_ >= kMinMaxLengthBytes);
}

void LongRecord::feed(Bytes bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += slice_) {
    const std::size_t size = std::min(slice_, bytes.size() - at);
    std::memcpy(window_.room().data(), bytes.data() + at, size);
    const Bytes window = window_.filled(size);
    const auto pieces = stream_.feed(window, window_.fresh_at());
    append(pieces);
    window_.keep(stream_.keep(), pieces);
    cut(false);
  }
}

void LongRecord::finish() {
  append(stream_.finish(window_.filled(0)));
  cut(true);
}

/// In what was cut off by truncation, secrets are counted and nothing is kept.
void LongRecord::append(std::span<const Outgoing> pieces) {
  for (const Outgoing& piece : pieces) {
    const Bytes bytes = piece.bytes();
    if (truncated_) continue;
    make_room(bytes.size());
    redacted_.insert(redacted_.end(), bytes.data(),
                     bytes.data() + bytes.size());
  }
  if (truncated_) return;
  const auto atoms = stream_.atoms();
  atoms_.insert(atoms_.end(), atoms.begin(), atoms.end());
}

/// Twice as much each time, but not beyond what a piece takes: a vector's own
/// growth would hold up to twice max_length.
void LongRecord::make_room(std::size_t size) {
  const std::size_t wanted = redacted_.size() + size;
  if (wanted <= redacted_.capacity()) return;
  const std::size_t most =
      max_length_ + scan::kLongestLiteralBytes + 2 * slice_;
  redacted_.reserve(std::max(wanted, std::min(2 * redacted_.capacity(), most)));
}

void LongRecord::cut(bool is_end) {
  // An anchor that is not decided is the last of what was redacted: with so
  // much behind the cut, no mask that begins before it is unknown.
  const std::size_t enough =
      max_length_ + (is_end ? 0 : scan::kLongestLiteralBytes);
  std::size_t front = 0;
  while (redacted_.size() - front > enough) {
    const std::size_t size = untorn(front, max_length_);
    add_piece(front, size);
    front += size;
    truncated_ = too_long_ == TooLong::kTruncate;
    if (truncated_) front = redacted_.size();
  }
  drop_front(front);
  if (!is_end || redacted_.empty()) return;
  add_piece(0, redacted_.size());
  redacted_ = std::vector<char>();  // the piece is a copy of it
}

void LongRecord::add_piece(std::size_t front, std::size_t size) {
  if (size == 0) return;  // release() has used up what truncation leaves
  Block& piece = pieces_.emplace_back(size);
  std::memcpy(piece.data(), redacted_.data() + front, size);
  ++piece_count_;
}

/// How long a piece at `front` may be that had better have `size` bytes: never
/// torn is what an atom covers.
std::size_t LongRecord::untorn(std::size_t front, std::size_t size) const {
  const std::uint64_t begin = redacted_at_ + front;
  const std::uint64_t cut = begin + size;
  const auto torn =
      std::ranges::upper_bound(atoms_, cut, {}, &redact::Atom::end);
  return torn == atoms_.end() || torn->begin >= cut
             ? size
             : static_cast<std::size_t>(torn->begin - begin);
}

/// In front of an anchor that is not decided: it is the last of what was
/// redacted.
std::size_t LongRecord::decided_size() const {
  const std::size_t held = stream_.undecided_anchor_bytes();
  return untorn(0, redacted_.size() - std::min(held, redacted_.size()));
}

/// Of a record that is truncated all pieces together have max_length bytes.
void LongRecord::release() {
  const std::size_t decided = decided_size();
  const std::size_t size = untorn(0, std::min(decided, max_length_));
  add_piece(0, size);
  drop_front(size);
  redacted_.shrink_to_fit();
  if (too_long_ == TooLong::kSplit) return;
  max_length_ -= size;
  if (size < decided) discard();
}

void LongRecord::cut_off() {
  const std::size_t size = decided_size();
  truncated_ |= stream_.undecided_anchor_bytes() > 0;
  add_piece(0, size);
  drop_front(redacted_.size());
}

void LongRecord::discard() {
  truncated_ = true;
  explicit_bzero(redacted_.data(), redacted_.size());
  drop_front(redacted_.size());
}

void LongRecord::drop_front(std::size_t size) {
  redacted_.erase(redacted_.begin(),
                  redacted_.begin() + static_cast<std::ptrdiff_t>(size));
  redacted_at_ += size;
  const auto kept =
      std::ranges::lower_bound(atoms_, redacted_at_, {}, &redact::Atom::begin);
  atoms_.erase(atoms_.begin(), kept);
}

std::vector<Batch> LongRecord::take_pieces(const Origin& origin,
                                           std::int64_t received_ns) {
  std::vector<Batch> batches;
  for (Block& piece : pieces_) {
    auto frames = std::make_shared<Frames>();
    frames->records = {{0, static_cast<std::uint32_t>(piece.capacity())}};
    frames->block = std::move(piece);
    frames->origin = origin;
    frames->received_ns = received_ns;
    batches.push_back(Batch(std::move(frames), 0, 1));
  }
  pieces_.clear();
  return batches;
}

std::size_t LongRecord::memory_bytes() const {
  return sizeof(*this) + stream_.memory_bytes() + slice_ +
         redacted_.capacity() + atoms_.capacity() * sizeof(redact::Atom);
}

}  // namespace cflt::records
