// The settings that `serve` runs with, from a file or from words of the command
// line.
#pragma once

#include <string>

#include "config/inline.h"
#include "config/load.h"

namespace cflt::serve::control {

struct ServeOptions {
  std::string config_path;           // -c; empty: inline_words
  config::InlineWords inline_words;  // --source, --sink and what goes with them
};

/// What `options` name, read afresh. A reload waits for nobody.
config::Loaded load_settings(const ServeOptions& options, bool is_reload);

}  // namespace cflt::serve::control
