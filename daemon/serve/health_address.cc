#include "config/address.h"
#include "config/load.h"
#include "daemon/messages.h"
#include "daemon/serve/health_command.h"
#include "daemon/serve/tell_complaints.h"

namespace cflt::daemon {

std::optional<config::Address> health_address(const HealthOptions& options) {
  if (options.config_path.empty()) {
    const auto address = config::parse_admin_address(options.address);
    if (address) return *address;
    complain("--address: " + address.error().text);
    return std::nullopt;
  }
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
  return admin;
}

}  // namespace cflt::daemon
