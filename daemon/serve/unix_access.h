// Who may connect to a unix socket: mode, owner and group of its file.
#pragma once

#include <string>

#include "config/settings.h"
#include "daemon/serve/sockets.h"

namespace cflt::daemon {

/// Sets what the source names, of its own `file` and of no other that may stand
/// at the path by now. What went wrong, in one line, or nothing.
std::string set_unix_access(const config::Source& source,
                            const SocketFile& file);

}  // namespace cflt::daemon
