// `serve`: the daemon, in the foreground.
#pragma once

#include "daemon/base/exit_code.h"
#include "daemon/serve/control/load_settings.h"

namespace cflt::serve {

base::ExitCode run_serve(const control::ServeOptions& options);

}  // namespace cflt::serve
