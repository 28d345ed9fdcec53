// The process itself, under the names that Prometheus's own clients use
// ("Writing client libraries", standard metrics).
#pragma once

#include "daemon/base/prometheus_text.h"

namespace cflt::serve::metrics {

/// What /proc does not tell is left out.
void write_process(base::Exposition& page);

}  // namespace cflt::serve::metrics
