// Bytes to records: newline, NUL and octet-counted frames (docs/records.md, 1;
// RFC 6587).
//
//   bytes   "5 hello17 <34>1 - - - - wor"     octet counting
//            ^ ^~~~~ ^ ^~~~~~~~~~~~~~~~
//              record  rest: 17 bytes from here, 16 are there
//
// The framer is asked for one frame after the other, always from the byte
// where the last complete one ended. It remembers how far it has searched an
// incomplete one, so that bytes which come one by one are looked at once. It
// keeps no bytes. One framer a connection, used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.h"

namespace cflt::framing {

enum class Framing : std::uint8_t { kAuto, kNewline, kNul, kOctetCounting };

/// What stands at the front of the bytes. Offsets count from there.
struct Frame {
  enum class Kind : std::uint8_t {
    kComplete,  // a whole frame
    kPartial,   // not yet
    kBadCount,  // no frame can be found any more
  };

  Kind kind;
  std::size_t payload_at = 0;   // complete, partial: where the payload begins
  std::size_t payload_end = 0;  // complete: behind its last byte
  std::size_t end = 0;          // complete: behind the frame
};

/// A stretch of a record that is taken in as it comes.
struct Stretch {
  std::size_t payload_end = 0;  // bytes of the record in front of it
  std::size_t end = 0;          // bytes used up, its terminator too
  bool is_last = false;
};

class Framer {
 public:
  explicit Framer(Framing framing) : framing_(framing) {}

  /// The frame at the front of `bytes`. After a complete one the next call
  /// begins behind its end; after a partial one it gets the same bytes and
  /// more.
  Frame next(Bytes bytes);

  /// The record that the last next() called partial grows too long to wait
  /// for: its payload, from payload_at on, is taken as it comes. Goes on until
  /// a stretch is the last.
  Stretch take(Bytes bytes);

  /// True where the bytes of an incomplete frame that begins with `bytes` are
  /// a record when the connection ends; *payload_at is where it begins.
  bool has_partial(Bytes bytes, std::size_t* payload_at);

  /// kAuto until it is decided. Then split_lines() and split_counted() find
  /// those frames that are complete: between next() calls that are.
  Framing framing() const { return framing_; }

 private:
  bool decide(Bytes bytes);
  Frame next_terminated(Bytes bytes);
  Frame next_counted(Bytes bytes);
  char terminator() const { return framing_ == Framing::kNul ? '\0' : '\n'; }

  Framing framing_;
  std::size_t searched_ = 0;     // bytes of a partial frame without terminator
  std::uint64_t remaining_ = 0;  // take(), counted: payload bytes to come
};

/// The payload of a counted frame or a datagram: without one LF or NUL at its
/// end.
Bytes without_terminator(Bytes payload);

}  // namespace cflt::framing
