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
      framer_(options.framing, options.origin.is_syslog) {}

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
  is_lost ? lose(at, end) : keep_rest(at, end);
  emit(now_ns, batches);
  return !is_lost;
}

void Intake::lose(std::size_t from, std::size_t to) {
  counts_.lost_bytes += to - from;
  carry_.clear();
  explicit_bzero(block() + from, to - from);
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
    switch (frame.kind) {
      case Frame::Kind::kBadCount:
      case Frame::Kind::kForeign:
        *is_lost = true;
        return at;
      case Frame::Kind::kSkipped:
        at = skip(frame, at);
        continue;
      case Frame::Kind::kComplete:
        restore_carry();
        at = take_common(take_complete(frame, at, now_ns), end);
        continue;
      case Frame::Kind::kPartial:
        break;
    }
    if (end - at - frame.payload_at <= enough) return at;
    restore_carry();
    begin_long(LongRecord::kMaxSliceBytes);
    at = go_on_long(at + frame.payload_at, end, now_ns);
  }
  return at;
}

/// Returns where the next frame may begin.
std::size_t Intake::skip(const Frame& frame, std::size_t at) {
  restore_carry();
  counts_.skipped_bytes += frame.skipped;
  are_as_framed_ = false;
  return at + frame.end;
}

/// Returns where the next frame begins.
std::size_t Intake::take_complete(const Frame& frame, std::size_t at,
                                  std::int64_t now_ns) {
  const bool is_counted = framer_.framing() == Framing::kOctetCounting;
  if (is_counted) {
    are_as_framed_ &= frame.payload_at > 0 && frame.payload_end == frame.end;
  } else {
    are_as_framed_ &= frame.payload_end + 1 == frame.end;
    end_with_newline(at + frame.payload_end);
  }
  take_payload(at + frame.payload_at, frame.payload_end - frame.payload_at,
               now_ns);
  return at + frame.end;
}

/// A line of a syslog source may have ended at NUL. Newline sinks take lines as
/// they lie.
void Intake::end_with_newline(std::size_t end) {
  if (framer_.framing() == Framing::kSyslogNewline) block()[end] = '\n';
}

/// A whole record, which lies in the block.
void Intake::take_payload(std::size_t at, std::size_t size,
                          std::int64_t now_ns) {
  if (size == 0 && options_.origin.is_syslog) {
    ++counts_.empty;
    are_as_framed_ = false;
    return;
  }
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
std::size_t Intake::take_common(std::size_t at, std::size_t end) {
  std::vector<Record>& records = frames_->records;
  const std::size_t known = records.size();
  const Bytes bytes = view(0, end);
  if (framer_.framing() == Framing::kOctetCounting) {
    at = framing::split_counted(bytes, at, options_.max_length_bytes, records);
  } else {
    at = take_lines(at, bytes);
  }
  counts_.records += records.size() - known;
  return at;
}

std::size_t Intake::take_lines(std::size_t at, Bytes bytes) {
  std::vector<Record>& records = frames_->records;
  const std::size_t known = records.size();
  const framing::Lines lines =
      framer_.split(bytes, at, options_.max_length_bytes, records);
  counts_.empty += lines.empty_count;
  are_as_framed_ &= !lines.has_gap;
  if (lines.has_nul_end) {
    for (std::size_t i = known; i < records.size(); ++i) {
      end_with_newline(records[i].at + std::size_t{records[i].size});
    }
  }
  return lines.rest;
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

void Intake::end_long(std::int64_t now_ns, End how) {
  how == End::kByPeer ? long_->finish() : long_->cut_off();
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
  long_pieces_.push_back({frames_->records.size(), std::move(pieces)});
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
    case Framing::kSyslogNewline:
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
  for (LongPieces& long_pieces : long_pieces_) {
    emit_until(long_pieces.before);
    std::ranges::move(long_pieces.pieces, std::back_inserter(batches));
  }
  long_pieces_.clear();
  emit_until(frames->records.size());
}

/// A block with all that is carried at its front. Returns how much that is.
std::size_t Intake::take_carry() {
  frames_ = pool_->take();
  const std::size_t size = carry_.size();
  carry_.copy_to(block(), 0, size);
  carry_.clear();
  carry_restored_ = true;
  return size;
}

bool Intake::end(std::int64_t now_ns, std::vector<Batch>& batches, End how) {
  ended_ = true;  // the last record has no terminator behind it
  framer_.settle();
  bool is_lost = false;
  const std::size_t end = take_carry();
  const std::size_t at = frame_all(end, now_ns, &is_lost);
  is_lost ? lose(at, end) : end_partial(at, end, now_ns, how);
  emit(now_ns, batches);
  return !is_lost;
}

/// Bytes [at, end) of the block are of a frame that is not complete.
void Intake::end_partial(std::size_t at, std::size_t end, std::int64_t now_ns,
                         End how) {
  std::size_t payload_at = 0;
  if (long_ == nullptr) {
    if (!framer_.has_partial(view(at, end), &payload_at)) return lose(at, end);
    at += payload_at;
  }
  ++counts_.partial;
  if (long_ == nullptr && how == End::kByPeer) {
    return take_payload(at, end - at, now_ns);
  }
  if (long_ == nullptr) {
    begin_long(end - at);
    feed_long(at, end, now_ns);
  }
  end_long(now_ns, how);
}

void Intake::release(std::int64_t now_ns, std::vector<Batch>& batches) {
  framer_.settle();
  bool is_lost = false;
  const std::size_t end = take_carry();
  std::size_t at = frame_all(end, now_ns, &is_lost);
  std::size_t payload_at = 0;
  if (long_ == nullptr && framer_.has_partial(view(at, end), &payload_at)) {
    begin_long(kReleasedSliceBytes);
    at = go_on_long(at + payload_at, end, now_ns);
  }
  if (long_ != nullptr) {
    long_->release();
    take_long_pieces(now_ns);
  }
  keep_rest(at, end);
  emit(now_ns, batches);
}

void Intake::distrust() {
  if (long_ != nullptr) long_->discard();
}

Origin Intake::origin() const {
  Origin origin = options_.origin;
  const Framing framing = framer_.framing();
  origin.may_hold_newline =
      framing != Framing::kNewline && framing != Framing::kSyslogNewline;
  origin.may_hold_nul =
      framing != Framing::kNul && framing != Framing::kSyslogNewline;
  return origin;
}

}  // namespace cflt::records
