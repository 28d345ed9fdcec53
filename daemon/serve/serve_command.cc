#include "daemon/serve/serve_command.h"

#include <signal.h>
#include <sys/resource.h>

#include "daemon/serve/server.h"

namespace cflt::daemon {
namespace {

/// Each connection is a descriptor; what we may have, we take.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

ExitCode run_serve(const ServeOptions& options) {
  auto settings = load_settings(options);
  if (!settings) return kExitConfig;
  // A sink's peer or stdout's reader that goes away is an error to deal with.
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  return Server(options).run(std::move(*settings));
}

}  // namespace cflt::daemon
