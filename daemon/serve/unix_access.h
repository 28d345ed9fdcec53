// Who may connect to a unix socket: mode, owner and group of its file.
#pragma once

#include <string>

#include "config/settings.h"

namespace cflt::daemon {

/// Sets what the source names. What went wrong, in one line, or nothing.
std::string set_unix_access(const config::Source& source);

}  // namespace cflt::daemon
