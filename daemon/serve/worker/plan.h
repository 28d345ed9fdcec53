// What a configuration means for every worker.
#pragma once

#include <cstddef>
#include <memory>

#include "config/settings.h"
#include "core/scan/scanner.h"
#include "core/stream/rules.h"

namespace cflt::serve::worker {

/// Values only: made by the control thread, shared by the workers, not changed.
struct Plan {
  config::Settings settings;
  unsigned worker_count = 1;
  std::shared_ptr<const stream::Rules> rules;
  scan::Database::Ptr database;

  /// What scanners look for.
  scan::FamilySet families() const {
    return forms::families(rules->options.forms);
  }
};

/// A worker's share of a sink's buffer, in bytes.
inline std::size_t buffer_share(const Plan& plan, const config::Sink& sink) {
  return sink.max_size_bytes / plan.worker_count;
}

/// The bytes of a worker that records may wait in: its share of the limit,
/// without the sinks' buffers and what it always needs.
std::size_t partial_bytes_limit(const Plan& plan);

}  // namespace cflt::serve::worker
