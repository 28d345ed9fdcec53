#include "daemon/serve/tell_complaints.h"

#include "daemon/messages.h"
#include "daemon/serve/log.h"

namespace cflt::daemon {

void tell_complaints(const config::Loaded& loaded) {
  for (config::Complaint warning : loaded.warnings) {
    warning.message = "warning: " + warning.message;
    tell(config::to_string(warning));
  }
  for (const auto& error : loaded.errors) tell(config::to_string(error));
}

void log_complaints(const config::Loaded& loaded) {
  for (const auto& warning : loaded.warnings) {
    log::warn("configuration", {{"reason", config::to_string(warning)}});
  }
  for (const auto& error : loaded.errors) {
    log::error("configuration", {{"reason", config::to_string(error)}});
  }
}

}  // namespace cflt::daemon
