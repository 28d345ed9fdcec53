// Sockets that sources are read from, bound to their addresses.
#pragma once

#include <vector>

#include "config/settings.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/socket_file.h"

namespace cflt::serve::listen {

struct BoundSocket {
  base::Descriptor fd;
  FileSetAside replaced;  // comes back when `file` is gone
  SocketFile file;        // none for the internet
};

/// Non-blocking sockets that are bound to a source's address, and listen where
/// it is a stream: one for each address of a name that this machine has. An
/// abandoned unix socket's file is set aside, one that somebody listens on is
/// not.
base::Result<std::vector<BoundSocket>> bind_source(
    const config::Source& source);

}  // namespace cflt::serve::listen
