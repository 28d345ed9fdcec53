// What whoever runs a stream of records chooses (docs/records.md).
#pragma once

#include <cstdint>

namespace cflt::records {

/// What becomes of a record that is longer than max_length (2).
enum class TooLong : std::uint8_t { kSplit, kTruncate };

/// What becomes of a terminator within a record (3).
enum class EmbeddedNewline : std::uint8_t { kEscape, kSplit, kKeep };

/// What stands around a record on the wire (3).
enum class WireFraming : std::uint8_t {
  kNewline,
  kNul,
  kOctetCounting,
  kDatagram
};

}  // namespace cflt::records
