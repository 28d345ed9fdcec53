#include "core/records/frames.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/scan/scanner.h"

namespace cflt::records {

void Block::Free::operator()(char* buffer) const { std::free(buffer); }

Block::Block(std::size_t capacity_bytes) : capacity_(capacity_bytes) {
  buffer_.reset(
      static_cast<char*>(std::malloc(capacity_bytes + scan::kPaddingBytes)));
  if (buffer_ == nullptr) throw std::bad_alloc();
  std::memset(buffer_.get() + capacity_bytes, 0, scan::kPaddingBytes);
}

std::shared_ptr<Frames> FramePool::take(std::size_t capacity_bytes) {
  const bool is_standard = capacity_bytes == kBlockBytes;
  if (is_standard) {
    const auto unused = std::ranges::find_if(
        kept_, [](const auto& frames) { return frames.use_count() == 1; });
    if (unused != kept_.end()) {
      // Another thread may have held the last share: what it read of these
      // bytes was before.
      std::atomic_thread_fence(std::memory_order_acquire);
      (*unused)->records.clear();
      (*unused)->gaps.clear();
      (*unused)->framed_as.reset();
      return *unused;
    }
  }
  auto frames = std::make_shared<Frames>();
  frames->block = Block(capacity_bytes);
  if (is_standard && kept_.size() < kKept) kept_.push_back(frames);
  return frames;
}

}  // namespace cflt::records
