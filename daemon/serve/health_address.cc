#include "config/address.h"
#include "config/load.h"
#include "daemon/base/messages.h"
#include "daemon/serve/control/tell_complaints.h"
#include "daemon/serve/health_command.h"

namespace cflt::serve {

std::optional<config::Address> health_address(const HealthOptions& options) {
  if (options.config_path.empty()) {
    const auto address = config::parse_admin_address(options.address);
    if (address) return *address;
    base::complain("--address: " + address.error().text);
    return std::nullopt;
  }
  const auto loaded =
      config::load_file(options.config_path, config::from_environment);
  control::tell_complaints(loaded);
  if (!loaded.settings) return std::nullopt;
  const auto& admin = loaded.settings->service.admin;
  if (!admin) {
    base::complain(options.config_path +
                   ": service.admin is not set, so there is "
                   "nothing to ask");
    return std::nullopt;
  }
  return admin;
}

}  // namespace cflt::serve
