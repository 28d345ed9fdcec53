#include "daemon/serve/serve_command.h"

namespace cflt::daemon {

config::Loaded load_settings(const ServeOptions& options) {
  return options.config_path.empty()
             ? config::load_inline(options.inline_words)
             : config::load_file(options.config_path, config::from_environment);
}

}  // namespace cflt::daemon
