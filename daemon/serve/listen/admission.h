// Whether a connection that was accepted may stay.
#pragma once

#include <sys/socket.h>

#include "config/settings.h"

namespace cflt::serve::listen {

enum class Admission {
  kAdmit,
  kNotPermitted,  // its address is not in permit_origin
  kOverLimit,     // connection_limit is reached
};

/// Of a source that has `open_count` connections, in all workers.
Admission admission_of(const sockaddr_storage& peer,
                       const config::Source& source, unsigned open_count);

}  // namespace cflt::serve::listen
