#include "daemon/serve/tell_complaints.h"

#include "daemon/messages.h"

namespace cflt::daemon {

void tell_complaints(const config::Loaded& loaded) {
  for (config::Complaint warning : loaded.warnings) {
    warning.message = "warning: " + warning.message;
    tell(config::to_string(warning));
  }
  for (const auto& error : loaded.errors) tell(config::to_string(error));
}

}  // namespace cflt::daemon
