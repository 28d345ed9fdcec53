#include "daemon/serve/worker/plan.h"

#include "config/memory.h"

namespace cflt::serve::worker {
namespace {

/// A worker's blocks and tables take less than is reserved for them.
constexpr std::size_t kSpareBytes = 2 << 20;

}  // namespace

std::size_t partial_bytes_limit(const Plan& plan) {
  const auto need = config::memory_need(
      plan.worker_count, plan.settings.sources, plan.settings.sinks);
  return kSpareBytes +
         config::partial_limit_bytes(need, plan.worker_count,
                                     plan.settings.service.memory_limit_bytes);
}

}  // namespace cflt::serve::worker
