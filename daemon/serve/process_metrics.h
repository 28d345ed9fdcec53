// The process itself, under the names that Prometheus's own clients use
// ("Writing client libraries", standard metrics).
#pragma once

#include "daemon/serve/prometheus_text.h"

namespace cflt::daemon {

/// What /proc does not tell is left out.
void write_process(Exposition& page);

}  // namespace cflt::daemon
