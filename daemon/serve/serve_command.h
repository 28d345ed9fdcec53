// `serve`: the daemon, in the foreground.
#pragma once

#include <string>

#include "config/inline.h"
#include "config/load.h"
#include "daemon/exit_code.h"

namespace cflt::daemon {

struct ServeOptions {
  std::string config_path;           // -c; empty: inline_words
  config::InlineWords inline_words;  // --source, --sink and what goes with them
};

/// What `options` name, read afresh. A reload waits for nobody.
config::Loaded load_settings(const ServeOptions& options, bool is_reload);

ExitCode run_serve(const ServeOptions& options);

}  // namespace cflt::daemon
