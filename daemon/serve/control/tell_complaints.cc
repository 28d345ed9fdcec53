#include "daemon/serve/control/tell_complaints.h"

#include "daemon/base/messages.h"
#include "daemon/serve/log/log.h"

namespace cflt::serve::control {

void tell_complaints(const config::Loaded& loaded) {
  for (config::Complaint warning : loaded.warnings) {
    warning.message = "warning: " + warning.message;
    base::tell(config::to_string(warning));
  }
  for (const auto& error : loaded.errors) base::tell(config::to_string(error));
}

void log_complaints(const config::Loaded& loaded) {
  for (const auto& warning : loaded.warnings) {
    log::warn("configuration", {{"reason", config::to_string(warning)}});
  }
  for (const auto& error : loaded.errors) {
    log::error("configuration", {{"reason", config::to_string(error)}});
  }
}

}  // namespace cflt::serve::control
