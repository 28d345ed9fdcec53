#include "config/load.h"
#include "daemon/messages.h"
#include "daemon/serve/health_command.h"
#include "daemon/serve/tell_complaints.h"

namespace cflt::daemon {

std::optional<std::string> health_address(const HealthOptions& options) {
  if (options.config_path.empty()) return options.address;
  const auto loaded =
      config::load_file(options.config_path, config::from_environment);
  tell_complaints(loaded);
  if (!loaded.settings) return std::nullopt;
  const auto& admin = loaded.settings->service.admin;
  if (!admin) {
    complain(options.config_path +
             ": service.admin is not set, so there is "
             "nothing to ask");
    return std::nullopt;
  }
  return config::to_string(*admin).substr(sizeof("tcp://") - 1);
}

}  // namespace cflt::daemon
