#include "core/records/intake.h"

#include <string.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/framing/counts.h"
#include "core/framing/lines.h"

namespace cflt::records {

using framing::Frame;
using framing::Framing;

void Carry::append(Bytes bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > capacity_) {
    const std::size_t capacity = std::max(2 * capacity_, size_ + bytes.size());
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    copy_to(larger.get(), 0, size_);
    const std::size_t size = size_;
    clear();
    bytes_ = std::move(larger);
    size_ = size;
    capacity_ = capacity;
  }
  std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Carry::copy_to(char* block, std::size_t from, std::size_t to) const {
  if (from < to) std::memcpy(block + from, bytes_.get() + from, to - from);
}

void Carry::clear() {
  if (bytes_ != nullptr) explicit_bzero(bytes_.get(), capacity_);
  bytes_.reset();
  size_ = capacity_ = 0;
}

Intake::Intake(const IntakeOptions& options,
               std::shared_ptr<RecordRedactor> redactor, FramePool& pool)
    : options_(options),
      redactor_(std::move(redactor)),
      pool_(&pool),
      framer_(options.framing) {}

void Intake::change(const IntakeOptions& options,
                    std::shared_ptr<RecordRedactor> redactor) {
  options_ = options;
  redactor_ = std::move(redactor);
}

std::size_t Intake::held_bytes() const {
  return carry_.capacity() + (long_ ? long_->memory_bytes() : 0);
}

std::span<char> Intake::room() {
  frames_ = pool_->take();
  const std::size_t head = std::min(carry_.size(), kHeadBytes);
  carry_.copy_to(block(), 0, head);
  carry_restored_ = head == carry_.size();
  return {block() + carry_.size(), kBlockBytes - carry_.size()};
}

bool Intake::filled(std::size_t size, std::int64_t now_ns,
                    std::vector<Batch>& batches) {
  counts_.bytes += size;
  const std::size_t end = carry_.size() + size;
  CFLT_CHECK(end <= kBlockBytes);
  bool is_lost = false;
  const std::size_t at = frame_all(end, now_ns, &is_lost);
  if (is_lost) {
    carry_.clear();
    explicit_bzero(block() + at, end - at);
  } else {
    keep_rest(at, end);
  }
  emit(now_ns, batches);
  return !is_lost;
}

void Intake::cancel() {
  explicit_bzero(block(), std::min(carry_.size(), kHeadBytes));
  frames_.reset();
}

/// Frames what is there. Returns where an incomplete record begins.
std::size_t Intake::frame_all(std::size_t end, std::int64_t now_ns,
                              bool* is_lost) {
  const std::size_t enough =
      std::min(options_.max_length_bytes, kMaxCarryBytes);
  std::size_t at = long_ != nullptr ? go_on_long(0, end, now_ns) : 0;
  while (at < end) {
    const Frame frame = framer_.next(view(at, end));
    if (frame.kind == Frame::Kind::kBadCount) {
      *is_lost = true;
      return at;
    }
    if (frame.kind == Frame::Kind::kComplete) {
      restore_carry();
      at = take_usual(take_complete(frame, at, now_ns), end);
      continue;
    }
    if (end - at - frame.payload_at <= enough) return at;
    restore_carry();
    begin_long(LongRecord::kMaxSliceBytes);
    at = go_on_long(at + frame.payload_at, end, now_ns);
  }
  return at;
}

/// Returns where the next frame begins.
std::size_t Intake::take_complete(const Frame& frame, std::size_t at,
                                  std::int64_t now_ns) {
  if (framer_.framing() == Framing::kOctetCounting) {
    are_as_framed_ &= frame.payload_end == frame.end;
  }
  take_payload(at + frame.payload_at, frame.payload_end - frame.payload_at,
               now_ns);
  return at + frame.end;
}

/// A whole record, which lies in the block.
void Intake::take_payload(std::size_t at, std::size_t size,
                          std::int64_t now_ns) {
  if (size > options_.max_length_bytes) {
    begin_long(size);
    feed_long(at, at + size, now_ns);
    end_long(now_ns);
    return;
  }
  ++counts_.records;
  frames_->records.push_back(
      {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(size)});
}

/// Many frames at once, up to one that is not as most are. Returns where that
/// begins.
std::size_t Intake::take_usual(std::size_t at, std::size_t end) {
  std::vector<Record>& records = frames_->records;
  const std::size_t known = records.size();
  const std::size_t max_length = options_.max_length_bytes;
  const Bytes bytes = view(0, end);
  switch (framer_.framing()) {
    case Framing::kAuto:
      break;
    case Framing::kNewline:
      at = framing::split_lines(bytes, at, '\n', max_length, records);
      break;
    case Framing::kNul:
      at = framing::split_lines(bytes, at, '\0', max_length, records);
      break;
    case Framing::kOctetCounting:
      at = framing::split_counted(bytes, at, max_length, records);
      break;
  }
  counts_.records += records.size() - known;
  return at;
}

void Intake::begin_long(std::size_t expected_bytes) {
  long_redactor_ = redactor_;
  long_ = std::make_unique<LongRecord>(redactor_->rules(), redactor_->scanner(),
                                       options_.max_length_bytes,
                                       options_.too_long, expected_bytes);
}

/// Takes the bytes of a long record in [at, end). Returns where it ends.
std::size_t Intake::go_on_long(std::size_t at, std::size_t end,
                               std::int64_t now_ns) {
  const framing::Stretch stretch = framer_.take(view(at, end));
  feed_long(at, at + stretch.payload_end, now_ns);
  if (stretch.is_last) end_long(now_ns);
  return at + stretch.end;
}

void Intake::feed_long(std::size_t from, std::size_t to, std::int64_t now_ns) {
  long_->feed(view(from, to));
  explicit_bzero(block() + from, to - from);
  take_long_pieces(now_ns);
}

void Intake::end_long(std::int64_t now_ns) {
  long_->finish();
  take_long_pieces(now_ns);
  if (long_->was_truncated()) ++counts_.truncated;
  long_.reset();
  long_redactor_.reset();
}

void Intake::take_long_pieces(std::int64_t now_ns) {
  redactor_->add_counts(long_->take_counts());
  auto pieces = long_->take_pieces(origin(), now_ns);
  if (pieces.empty()) return;
  const bool has_first = long_->piece_count() == pieces.size();
  counts_.records += has_first ? 1 : 0;
  counts_.split += pieces.size() - (has_first ? 1 : 0);
  interludes_.push_back({frames_->records.size(), std::move(pieces)});
}

/// The carry's bytes to the front of the block, where they belong.
void Intake::restore_carry() {
  if (!carry_restored_) carry_.copy_to(block(), kHeadBytes, carry_.size());
  carry_restored_ = true;
  carry_.clear();
}

/// Bytes [at, end) of the block wait for more.
void Intake::keep_rest(std::size_t at, std::size_t end) {
  const std::size_t known = at == 0 ? carry_.size() : 0;
  if (known == 0) carry_.clear();
  carry_.append(view(at + known, end));
  explicit_bzero(block() + at, std::min(known, kHeadBytes));
  explicit_bzero(block() + at + known, end - at - known);
}

/// As what the records of the block lie there. The last one before the end of a
/// connection is not complete.
std::optional<WireFraming> Intake::framed_as() const {
  if (ended_ || !are_as_framed_) return std::nullopt;
  switch (framer_.framing()) {
    case Framing::kAuto:
      return std::nullopt;
    case Framing::kNewline:
      return WireFraming::kNewline;
    case Framing::kNul:
      return WireFraming::kNul;
    case Framing::kOctetCounting:
      return WireFraming::kOctetCounting;
  }
  return std::nullopt;
}

void Intake::emit(std::int64_t now_ns, std::vector<Batch>& batches) {
  const std::shared_ptr<Frames> frames = std::exchange(frames_, nullptr);
  frames->origin = origin();
  frames->received_ns = now_ns;
  frames->framed_as = framed_as();
  are_as_framed_ = true;
  redactor_->redact(*frames);

  std::size_t done = 0;
  const auto emit_until = [&](std::size_t to) {
    if (to > done) {
      batches.push_back(redactor_->batch(frames, done, to - done));
    }
    done = to;
  };
  for (Interlude& interlude : interludes_) {
    emit_until(interlude.before);
    std::ranges::move(interlude.pieces, std::back_inserter(batches));
  }
  interludes_.clear();
  emit_until(frames->records.size());
}

void Intake::end(std::int64_t now_ns, std::vector<Batch>& batches) {
  ended_ = true;  // the last record has no terminator behind it
  frames_ = pool_->take();
  std::size_t payload_at = 0;
  if (long_ != nullptr) {
    ++counts_.partial;
    end_long(now_ns);
  } else {
    const std::size_t size = carry_.size();
    carry_.copy_to(block(), 0, size);
    carry_.clear();
    if (framer_.has_partial(view(0, size), &payload_at)) {
      ++counts_.partial;
      take_payload(payload_at, size - payload_at, now_ns);
    }
  }
  emit(now_ns, batches);
}

Origin Intake::origin() const {
  Origin origin = options_.origin;
  const Framing framing = framer_.framing();
  origin.may_hold_newline = framing != Framing::kNewline;
  origin.may_hold_nul = framing != Framing::kNul;
  return origin;
}

}  // namespace cflt::records
