// Records to bytes: what a sink's framing makes of one (docs/records.md, 3).
//
//   wire    [COUNT SP] [header] payload [LF or NUL]
//
// Clean bytes are not copied: pieces point into the record's block. Where the
// bytes beside a record are what has to stand there anyway, the piece covers
// them too, so that neighbours leave as one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/bytes.h"
#include "core/outgoing.h"
#include "core/records/batch.h"
#include "core/records/choices.h"

namespace cflt::records {

struct WireOptions {
  WireFraming framing = WireFraming::kNewline;
  EmbeddedNewline embedded_newline = EmbeddedNewline::kEscape;
};

/// A count and its space, in digits.
class CountText {
 public:
  explicit CountText(std::uint64_t count);
  std::string_view text() const {
    return {digits_.data() + begin_, digits_.size() - begin_};
  }

 private:
  std::array<char, 21> digits_{};
  std::size_t begin_;
};

/// The pieces of frames, in order. What does not fit is left out, and all that
/// follows it: write these first.
class Pieces {
 public:
  static constexpr std::size_t kCapacity = 1024;  // IOV_MAX
  static constexpr std::size_t kMaxBytes = 1 << 20;

  std::span<const Outgoing> all() const { return {pieces_.data(), size_}; }
  std::size_t bytes() const { return bytes_; }
  bool full() const { return is_full_ || bytes_ >= kMaxBytes; }
  void clear();
  /// Leaves out the next `count` bytes that are added.
  void skip(std::size_t count) { skipped_ = count; }

 private:
  friend class Wire;  // adds what batches hold, and what frames them
  /// Bytes that outlive the pieces.
  void add(Bytes bytes);
  /// Bytes that are copied here.
  void add_copy(std::string_view text);

  std::array<Outgoing, kCapacity> pieces_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::size_t skipped_ = 0;
  bool is_full_ = false;
  std::array<char, 16 << 10> texts_;
  std::size_t texts_size_ = 0;
};

class Wire {
 public:
  explicit Wire(const WireOptions& options) : options_(options) {}

  /// The batch as this wire has to have it, where a record holds the terminator
  /// that is to be escaped; else none. All below takes such a batch.
  std::optional<Batch> escaped(const Batch& batch) const;

  /// False: the framing has no frame for it, it is dropped.
  bool can_carry(const Record& record) const {
    return record.size > 0 || options_.framing != WireFraming::kOctetCounting;
  }

  /// True where runs of a batch's records are their frames already.
  bool takes_runs(const Batch& batch, std::string_view header) const {
    return batch.framed_as() == options_.framing && header.empty();
  }

  /// The size of a record's frame. `header` stands in front of the payload.
  std::size_t size(const Record& record, std::string_view header) const;

  /// Adds a record's frame.
  void add(const Batch& batch, const Record& record, std::string_view header,
           Pieces& pieces) const;

  /// Where a record's frame begins and ends in a batch that is taken in runs;
  /// of a record that stands apart, where it would begin if its count stood
  /// there.
  std::size_t frame_at(const Record& record) const;
  std::size_t frame_end(const Record& record) const {
    return record.at + std::size_t{record.size} + (is_terminated() ? 1 : 0);
  }

  /// Adds the frames of records [first, end), which are a run.
  void add_run(const Batch& batch, std::size_t first, std::size_t end,
               Pieces& pieces) const;

 private:
  std::size_t add_count(Bytes block, const Record& record,
                        Pieces& pieces) const;
  char terminator() const {
    return options_.framing == WireFraming::kNul ? '\0' : '\n';
  }
  bool is_terminated() const {
    return options_.framing == WireFraming::kNewline ||
           options_.framing == WireFraming::kNul;
  }

  WireOptions options_;
};

}  // namespace cflt::records
