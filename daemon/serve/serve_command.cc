#include "daemon/serve/serve_command.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include "daemon/serve/control/server.h"
#include "daemon/serve/control/tell_complaints.h"

namespace cflt::serve {
namespace {

/// Each connection is a descriptor; what we may have, we take.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Blocks come from the heap and are used again; what is larger goes back to
/// the system when it is freed. glibc would raise the limit with each large
/// block that is freed, and keep holes (measured: 108 MiB for 64 MiB).
void bound_fragmentation() {
  ::mallopt(M_MMAP_THRESHOLD, 320 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

}  // namespace

base::ExitCode run_serve(const control::ServeOptions& options) {
  auto loaded = control::load_settings(options, false);
  control::tell_complaints(loaded);
  if (!loaded.settings) return base::kExitConfig;
  // A sink's peer or stdout's reader that goes away is an error to deal with.
  ::signal(SIGPIPE, SIG_IGN);
  // So is a file that reaches RLIMIT_FSIZE (EFBIG), a sink's or our own log.
  ::signal(SIGXFSZ, SIG_IGN);
  raise_descriptor_limit();
  bound_fragmentation();
  return control::Server(options).run(std::move(*loaded.settings));
}

}  // namespace cflt::serve
