// `serve`: the daemon, in the foreground.
#pragma once

#include <optional>
#include <string>

#include "config/inline.h"
#include "config/settings.h"
#include "daemon/exit_code.h"

namespace cflt::daemon {

struct ServeOptions {
  std::string config_path;           // -c; empty: inline_words
  config::InlineWords inline_words;  // --source, --sink and what goes with them
};

/// The settings that `options` name, read afresh (so a reload calls it again).
/// None where something is wrong: all of it was told then.
std::optional<config::Settings> load_settings(const ServeOptions& options);

ExitCode run_serve(const ServeOptions& options);

}  // namespace cflt::daemon
