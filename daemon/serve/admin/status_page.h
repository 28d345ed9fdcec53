// The page at the admin endpoint's `/`: what /metrics says, for people.
//
// One HTML document without a script, which a browser loads again every five
// seconds. It has names of the configuration and numbers, nothing of the
// stream.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "daemon/base/prometheus_text.h"

namespace cflt::serve::admin {

class StatusPage {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Rates are of the time since the last call; the first call has those since
  /// the process started. `not_ready`: why it is not, or empty.
  std::string render(base::Exposition metrics, std::string_view not_ready,
                     Time now = std::chrono::system_clock::now());

 private:
  base::Exposition last_;
  Time last_time_;
};

}  // namespace cflt::serve::admin
