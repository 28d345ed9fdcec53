// Redacts the records of a block: one scan for all of them, each a stream of
// its own.
//
// A record that holds a secret is redacted in place and stays one stretch: what
// is left of it moves to the end of its room, so that a terminator behind it
// stays its neighbour, and the bytes that become free are overwritten. All
// other records are not touched.
//
//   before   <34>1 key=cfltSSSSSSSSSSSSSSSS\n
//   after    0000000000000<34>1 key=cflt****\n
//
// One for each source and worker, which share a Scanner.
#pragma once

#include <memory>
#include <span>

#include "core/records/batch.h"
#include "core/stream/stream.h"

namespace cflt::records {

class RecordRedactor {
 public:
  RecordRedactor(std::shared_ptr<const stream::Rules> rules,
                 std::shared_ptr<scan::Scanner> scanner)
      : rules_(std::move(rules)),
        scanner_(std::move(scanner)),
        stream_(*rules_, *scanner_) {}

  /// Redacts all records, which stand in the block in order and apart. The
  /// answer makes batches of them.
  void redact(Frames& frames);

  /// Records [first, first + count) of frames that were redacted.
  Batch batch(std::shared_ptr<const Frames> frames, std::size_t first,
              std::size_t count) const {
    CFLT_CHECK(frames.get() == redacted_);
    return {std::move(frames), first, count};
  }

  /// What was found since the last call.
  stream::Counts take_counts();
  /// Counts of others that belong to the same source.
  void add_counts(const stream::Counts& counts) { counts_ += counts; }

  const stream::Rules& rules() const { return *rules_; }
  scan::Scanner& scanner() { return *scanner_; }

 private:
  bool redact_record(Frames& frames, Record& record,
                     std::span<const scan::Anchor> anchors,
                     std::uint32_t region_at);

  std::shared_ptr<const stream::Rules> rules_;
  std::shared_ptr<scan::Scanner> scanner_;
  stream::Stream stream_;
  stream::Counts counts_;
  const Frames* redacted_ = nullptr;
};

}  // namespace cflt::records
