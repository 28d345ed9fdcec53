// Settings to the plan that all workers work by, or why they cannot.
#pragma once

#include <memory>

#include "config/settings.h"
#include "daemon/base/error.h"
#include "daemon/serve/worker/plan.h"

namespace cflt::serve::control {

class PlanMaker {
 public:
  explicit PlanMaker(unsigned worker_count) : worker_count_(worker_count) {}

  /// Checks what only these workers and this system know: the memory that so
  /// many workers need, and loops from sinks to sources. `has_database`: a plan
  /// is in force that scans with SIMD, and a reload goes on so, or is refused.
  base::Result<std::shared_ptr<const worker::Plan>> make(
      config::Settings settings, bool has_database) const;

 private:
  base::Result<void> check(const config::Settings& settings) const;

  unsigned worker_count_;
};

}  // namespace cflt::serve::control
