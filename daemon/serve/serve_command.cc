#include "daemon/serve/serve_command.h"

#include "daemon/messages.h"

namespace cflt::daemon {

ExitCode run_serve(const ServeOptions& options) {
  if (!load_settings(options)) return kExitConfig;
  complain("serve: not yet");
  return kExitInternal;
}

}  // namespace cflt::daemon
