#include "daemon/serve/control/load_settings.h"

#include "daemon/base/cgroup.h"

namespace cflt::serve::control {

config::Loaded load_settings(const ServeOptions& options, bool is_reload) {
  const config::Circumstances now{base::worker_count_for_this_machine(),
                                  is_reload};
  return options.config_path.empty()
             ? config::load_inline(options.inline_words, now)
             : config::load_file(options.config_path, config::from_environment,
                                 now);
}

}  // namespace cflt::serve::control
