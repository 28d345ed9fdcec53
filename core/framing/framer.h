// Bytes to records: newline, NUL and octet-counted frames (docs/records.md, 1;
// RFC 6587).
//
//   bytes   "5 hello17 <34>1 - - - - wor"     octet counting
//            ^ ^~~~~ ^ ^~~~~~~~~~~~~~~~
//              record  rest: 17 bytes from here, 16 are there
//
// The framer is asked for one frame after the other, always from the byte
// where the last complete one ended, or what was skipped. It remembers how far
// it has searched an incomplete one, so that bytes which come one by one are
// looked at once. It keeps no bytes. One framer a connection, used by one
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/framing/framing.h"
#include "core/framing/lines.h"
#include "core/framing/opening.h"
#include "core/framing/range.h"

namespace cflt::framing {

/// What stands at the front of the bytes. Offsets count from there.
struct Frame {
  enum class Kind {
    kComplete,  // a whole frame
    kPartial,   // not yet
    kSkipped,   // separators, up to `end`: no frame
    kBadCount,  // no frame can be found any more
    kForeign,   // another protocol: see Framer::opening()
  };

  Kind kind;
  std::size_t payload_at = 0;   // complete, partial: where the payload begins
  std::size_t payload_end = 0;  // complete: behind its last byte
  std::size_t end = 0;          // complete, skipped: behind the frame
  std::size_t skipped = 0;      // skipped: bytes that belong to no record's end
};

/// A stretch of a record that is taken in as it comes.
struct Stretch {
  std::size_t payload_end = 0;  // bytes of the record in front of it
  std::size_t end = 0;          // bytes used up, its terminator too
  bool is_last = false;
};

class Framer {
 public:
  /// Of a syslog source another protocol at the front is recognised, and
  /// split() leaves out empty records.
  explicit Framer(Framing framing, bool is_syslog = false)
      : framing_(framing),
        is_syslog_(is_syslog),
        opening_(is_syslog ? Opening::kUndecided : Opening::kRecords) {}

  /// The frame at the front of `bytes`, which are not empty. After a complete
  /// one, or what was skipped, the next call begins behind its end; after a
  /// partial one it gets the same bytes and more.
  Frame next(Bytes bytes);

  /// Many lines at once, where next() gave a complete one right before `from`;
  /// for newline, NUL and syslog newline.
  Lines split(Bytes bytes, std::size_t from, std::size_t max_length,
              std::vector<Range>& lines);

  /// The record that the last next() called partial grows too long to wait
  /// for: its payload, from payload_at on, is taken as it comes. Goes on until
  /// a stretch is the last.
  Stretch take(Bytes bytes);

  /// Nobody waits any longer: what the first bytes are is decided by those
  /// that are there.
  void settle();

  /// True where the bytes of an incomplete frame that begins with `bytes` are
  /// a record when the connection ends; *payload_at is where it begins.
  bool has_partial(Bytes bytes, std::size_t* payload_at) const;

  /// True where the last partial frame is a counted one, or a count.
  bool waits_for_count() const { return is_counted_; }

  /// kAuto until it is decided.
  Framing framing() const { return framing_; }
  Opening opening() const { return opening_; }

 private:
  bool decide(Bytes bytes);
  Frame next_line(Bytes bytes);
  Frame next_counted(Bytes bytes);
  Frame next_of_connection(Bytes bytes);
  Frame complete_line(Bytes bytes, std::size_t at);
  std::size_t find_end(Bytes bytes, std::size_t from) const;

  Framing framing_;
  bool is_syslog_;
  Opening opening_;
  std::size_t searched_ = 0;     // bytes of a partial line without an end
  std::uint64_t remaining_ = 0;  // of a counted frame that take() goes on with
  bool is_counted_ = false;      // the last partial frame has a count
  bool after_nul_ = false;       // the last line ended at NUL, at the last byte
};

/// The payload of a counted frame or a datagram: without one LF or NUL at its
/// end.
Bytes without_terminator(Bytes payload);

}  // namespace cflt::framing
