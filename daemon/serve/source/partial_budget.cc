#include "daemon/serve/source/partial_budget.h"

#include "core/bytes.h"

namespace cflt::serve::source {

void PartialBudget::Share::set(std::size_t bytes) {
  auto& order = budget_.oldest_first_;
  if (bytes_ == 0 && bytes > 0) place_ = order.insert(order.end(), this);
  if (bytes_ > 0 && bytes == 0) order.erase(place_);
  budget_.used_ += bytes - bytes_;
  bytes_ = bytes;
}

void PartialBudget::make_room() {
  while (used_ > limit_ && !oldest_first_.empty()) {
    Share* oldest = oldest_first_.front();
    // A copy: the connection may be gone when it returns.
    const auto give_up = oldest->give_up_;
    give_up();
    CFLT_CHECK(oldest_first_.empty() || oldest_first_.front() != oldest);
  }
}

}  // namespace cflt::serve::source
