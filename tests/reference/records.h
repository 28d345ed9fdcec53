// The reference of docs/records.md: what bytes become records, how a long one
// is cut, and what sinks write. Read it side by side with that page.
//
// It takes a whole connection as one string, each record as one more, and
// shares no code and no idea with the core. It knows no chunks, no timers and
// no syslog header; beyond reference.h, work is pieces times findings for each
// record.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reference.h"

namespace cflt::reference {

// Section 1.
enum class Framing {
  kAuto,
  kNewline,
  kNul,
  kSyslogNewline,  // newline of a syslog source
  kOctetCounting,
  kDatagram
};

// Section 2.
enum class TooLong { kSplit, kTruncate };

struct IntakeOptions {
  Framing framing = Framing::kNewline;
  size_t max_length = size_t{1} << 20;  // not less than an atom has
  TooLong too_long = TooLong::kSplit;
  Options rules;
  bool is_syslog = false;  // the source is a syslog source
};

// What the bytes of a connection become.
struct Intake {
  std::vector<std::string> records;  // redacted, cut, in order
  uint64_t in = 0;                   // records.size() is in + split
  uint64_t split = 0;
  uint64_t truncated_records = 0;
  uint64_t partial = 0;
  uint64_t empty = 0;          // records that were skipped
  uint64_t skipped_bytes = 0;  // separators
  uint64_t lost_bytes = 0;     // up to the end of the connection
  bool bad_count = false;
  bool is_foreign = false;  // another protocol
  // Of all records, also behind a cut of kTruncate.
  std::map<std::string, uint64_t> found;  // by form
  uint64_t truncated = 0;
  uint64_t suspected = 0;
  uint64_t rejected = 0;
};

// All bytes of a connection up to its end; for kDatagram, of one datagram.
Intake take_in(const std::string& bytes, const IntakeOptions& options);

// Section 3.
enum class SinkFraming { kNewline, kNul, kOctetCounting, kDatagram };

// What `embedded_newline` says.
enum class Embedded { kEscape, kSplit, kKeep };

// What a sink writes: frames with their count or terminator, or datagrams.
struct Output {
  std::vector<std::string> frames;
  uint64_t dropped_empty = 0;  // records
  uint64_t truncated = 0;      // records longer than a datagram can be
};

Output put_out(const std::vector<std::string>& records, SinkFraming framing,
               Embedded embedded);

}  // namespace cflt::reference
