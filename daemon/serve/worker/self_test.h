// Proof of life: fresh fake secrets in every written form, sent through the
// worker's own scanner and redactor, never to a sink.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/records/record_redactor.h"
#include "daemon/serve/metrics/counters.h"

namespace cflt::serve::worker {

class SelfTest {
 public:
  struct Counters {
    metrics::Counter last_success_seconds;  // Unix time
    metrics::Counter failures;
    metrics::Counter failing;  // 1: the last one failed
  };

  /// What went wrong, in one line that holds no secret; empty: all masked.
  static std::string run(const std::shared_ptr<const stream::Rules>& rules,
                         std::shared_ptr<scan::Scanner> scanner,
                         records::FramePool& pool);
};

}  // namespace cflt::serve::worker
