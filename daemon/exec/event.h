// Something that has happened, for threads that wait in poll().
//
// set() may be called from any thread and from a signal handler.
#pragma once

#include <atomic>

#include "daemon/base/descriptor.h"

namespace cflt::exec {

class Event {
 public:
  /// Throws std::system_error.
  Event();

  void set() noexcept;
  /// Nothing has happened yet, again.
  void clear() noexcept;
  bool is_set() const { return set_.load(std::memory_order_relaxed); }

  /// Readable while it is set.
  int fd() const { return descriptor_.get(); }

 private:
  base::Descriptor descriptor_;
  std::atomic<bool> set_ = false;
};

}  // namespace cflt::exec
