// What a connection to a syslog source begins with, where that is not syslog:
// somebody has the wrong port, or a proxy is in front of us
// (docs/records.md, 1).
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace cflt::framing {

enum class Opening : std::uint8_t {
  kUndecided,  // more bytes may make it one of those below
  kRecords,
  kHttp,   // a request line: records all the same
  kTls,    // a handshake record (RFC 8446, 5.1)
  kProxy,  // a header of the PROXY protocol, version 1 or 2
};

/// The protocol that the first bytes of a connection are of.
Opening read_opening(Bytes bytes);

/// True where nothing of the connection is a record.
constexpr bool is_foreign(Opening opening) {
  return opening == Opening::kTls || opening == Opening::kProxy;
}

}  // namespace cflt::framing
