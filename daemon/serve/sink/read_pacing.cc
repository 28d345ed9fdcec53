#include "daemon/serve/sink/read_pacing.h"

#include <algorithm>
#include <utility>

#include "core/records/frames.h"

namespace cflt::serve::sink {

void ReadPacing::pushed(std::size_t bytes) {
  allowance_bytes_ -= std::min(allowance_bytes_, bytes);
}

bool ReadPacing::begin_pause() { return !std::exchange(is_pausing_, true); }

void ReadPacing::end_pause() {
  is_pausing_ = false;
  allowance_bytes_ = records::kBlockBytes;
}

}  // namespace cflt::serve::sink
