// A datagram source's way in: each datagram is a frame, several are redacted
// at once.
//
//   recvmmsg() ──▶ |<34>1 .. a\n<34>1 .. b\n| ──▶ redact in place ──▶ batches
//
// Datagrams are copied behind each other, each with an LF behind it, so that a
// newline sink can write them as one piece. Sans-I/O; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/records/intake.h"

namespace cflt::records {

class DatagramIntake {
 public:
  /// The framing of the options does not matter. The pool outlives it.
  DatagramIntake(const IntakeOptions& options,
                 std::shared_ptr<RecordRedactor> redactor, FramePool& pool)
      : options_(options), redactor_(std::move(redactor)), pool_(&pool) {}

  void change(const IntakeOptions& options,
              std::shared_ptr<RecordRedactor> redactor) {
    options_ = options;
    redactor_ = std::move(redactor);
  }

  /// A datagram of at most 64 KiB. Batches come when a block is full.
  void add(Bytes datagram, std::int64_t now_ns, std::vector<Batch>& batches);
  /// All that was added and is not yet in a batch.
  void flush(std::int64_t now_ns, std::vector<Batch>& batches);

  /// What came in since the last call.
  IntakeCounts take_counts() { return std::exchange(counts_, {}); }

 private:
  void add_long(Bytes payload, std::int64_t now_ns,
                std::vector<Batch>& batches);

  IntakeOptions options_;
  std::shared_ptr<RecordRedactor> redactor_;
  FramePool* pool_;
  std::shared_ptr<Frames> frames_;
  std::size_t used_ = 0;
  IntakeCounts counts_;
};

}  // namespace cflt::records
