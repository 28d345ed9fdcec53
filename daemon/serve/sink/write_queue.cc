#include "daemon/serve/sink/write_queue.h"

#include <utility>

namespace cflt::serve::sink {

void WriteQueue::push(Item item) {
  {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
  }
  changed_.notify_one();
}

void WriteQueue::ask_to_reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopens_ = true;
  }
  changed_.notify_one();
}

void WriteQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
}

std::optional<WriteQueue::Item> WriteQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [this] { return is_stopped_ || reopens_ || !items_.empty(); });
  if (is_stopped_ || items_.empty()) return std::nullopt;
  std::optional<Item> item(std::move(items_.front()));
  items_.pop_front();
  return item;
}

void WriteQueue::pause(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, duration, [this] { return is_stopped_.load(); });
}

}  // namespace cflt::serve::sink
