#include "daemon/serve/serve_command.h"
#include "daemon/serve/tell_complaints.h"

namespace cflt::daemon {

std::optional<config::Settings> load_settings(const ServeOptions& options) {
  auto loaded =
      options.config_path.empty()
          ? config::load_inline(options.inline_words)
          : config::load_file(options.config_path, config::from_environment);
  tell_complaints(loaded);
  return std::move(loaded.settings);
}

}  // namespace cflt::daemon
