#include "daemon/serve/listen/accept_pace.h"

#include <algorithm>
#include <cerrno>

namespace cflt::serve::listen {
namespace {

/// Descriptors that are not given to connections; a quarter, where there are
/// few.
constexpr std::uint64_t kSpareDescriptors = 16;

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
}

}  // namespace

Accepted accepted_of_error(int error) {
  if (is_exhausted(error)) return Accepted::kNotNow;
  const bool is_empty = error == EAGAIN || error == EWOULDBLOCK;
  // Anything else is about that one connection, which is gone (accept(2)).
  return is_empty ? Accepted::kNone : Accepted::kOne;
}

bool leaves_spare_descriptors(std::uint64_t lowest_free, std::uint64_t limit) {
  return lowest_free + std::min(kSpareDescriptors, limit / 4) < limit;
}

AcceptPace::Next AcceptPace::next(Accepted accepted) {
  if (accepted == Accepted::kOne && ++accepted_in_turn_ < kAcceptedInTurn) {
    return Next::kAccept;
  }
  accepted_in_turn_ = 0;
  if (accepted != Accepted::kNotNow) return Next::kWait;
  ++pauses_;
  return Next::kPause;
}

}  // namespace cflt::serve::listen
