// How the records of a stream are told apart (docs/records.md, 1).
#pragma once

#include <cstdint>

namespace cflt::framing {

enum class Framing : std::uint8_t {
  kAuto,
  kNewline,
  kNul,
  kSyslogNewline,  // newline of a syslog source: LF or NUL
  kOctetCounting   // each frame decides: a count, or a line where `<` stands
};

}  // namespace cflt::framing
