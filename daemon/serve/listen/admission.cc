#include "daemon/serve/listen/admission.h"

#include "daemon/serve/net/peer.h"

namespace cflt::serve::listen {

Admission admission_of(const sockaddr_storage& peer,
                       const config::Source& source, unsigned open_count) {
  if (!net::is_permitted(peer, source.permit_origin)) {
    return Admission::kNotPermitted;
  }
  return open_count < source.connection_limit ? Admission::kAdmit
                                              : Admission::kOverLimit;
}

}  // namespace cflt::serve::listen
