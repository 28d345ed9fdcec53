#include "daemon/serve/cgroup.h"
#include "daemon/serve/serve_command.h"

namespace cflt::daemon {

config::Loaded load_settings(const ServeOptions& options, bool is_reload) {
  const config::Circumstances now{worker_count_for_this_machine(), is_reload};
  return options.config_path.empty()
             ? config::load_inline(options.inline_words, now)
             : config::load_file(options.config_path, config::from_environment,
                                 now);
}

}  // namespace cflt::daemon
