// Exit codes, as docs and man page name them.
#pragma once

namespace cflt::base {

enum ExitCode : int {
  kExitClean = 0,
  kExitFound = 1,      // scan, filter --check; health: it is not well
  kExitError = 2,      // usage, or input and output; outranks a finding
  kExitInternal = 70,  // EX_SOFTWARE: failed closed
  kExitConfig = 78,    // EX_CONFIG
};

}  // namespace cflt::base
