// Complaints about a configuration, in the form that editors jump to.
#pragma once

#include "config/load.h"

namespace cflt::serve::control {

/// Tells "file:line:column: message" for each error, and with "warning: "
/// before the message for each warning.
void tell_complaints(const config::Loaded& loaded);

/// The same, each as a line of the log.
void log_complaints(const config::Loaded& loaded);

}  // namespace cflt::serve::control
