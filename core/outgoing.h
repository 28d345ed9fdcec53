// Bytes that may leave this program.
#pragma once

#include "core/bytes.h"

namespace cflt {

namespace redact {
class Redactor;
}
namespace records {
class Outbox;
class Pieces;
}  // namespace records

/// What write(), writev() and sendmsg() take, and nothing else. Only those make
/// them that hold what was scanned: the Redactor for a stream; for records the
/// Pieces of a Wire and the datagrams of an Outbox, which come from a Batch.
/// Valid as long as what they were made of.
class Outgoing {
 public:
  constexpr Outgoing() = default;  // none

  constexpr Bytes bytes() const { return bytes_; }

 private:
  friend class redact::Redactor;
  friend class records::Outbox;
  friend class records::Pieces;
  constexpr explicit Outgoing(Bytes bytes) : bytes_(bytes) {}

  Bytes bytes_;
};

}  // namespace cflt
