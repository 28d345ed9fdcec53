#include "daemon/serve/loop/backoff.h"

#include <algorithm>

namespace cflt::serve::loop {

Backoff::Duration Backoff::next() {
  const auto all = delay_.count();
  delay_ = std::min(2 * delay_, max_);
  std::uniform_int_distribution<Duration::rep> between(all / 2, all);
  return Duration(between(random_));
}

}  // namespace cflt::serve::loop
