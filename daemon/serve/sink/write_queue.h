// What a file writer has to do: batches to write, a file to open again, an end.
//
//   workers ──▶ push() ────────────┐
//   control ──▶ ask_to_reopen() ───┼──▶ next(), take_reopen(), pause()
//               stop() ────────────┘          the writer's thread
//
// A push and its next() take the lock once each. What the writer looks at
// between two writes takes none.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "core/records/batch.h"
#include "core/records/outbox.h"

namespace cflt::serve::sink {

class WriteQueue {
 public:
  struct Item {
    records::Batch batch;
    /// Called on the writer's thread when all of the batch is written.
    std::function<void(const records::Progress&)> written;
  };

  // From any thread:
  void push(Item item);
  /// The file is to be opened again; asked twice before it is, once.
  void ask_to_reopen();
  /// For good: items that are left are given up with the queue.
  void stop();
  bool is_stopped() const { return is_stopped_; }

  // From the writer's thread:
  /// Waits for something to do. None where that is not an item: the queue is
  /// stopped, or it is empty and the file is to be opened again.
  std::optional<Item> next();
  /// True once after ask_to_reopen().
  bool take_reopen() { return reopens_.exchange(false); }
  /// Returns after `duration`, or when the queue is stopped.
  void pause(std::chrono::milliseconds duration);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  // Set under the lock, so that no waiter misses it:
  std::atomic<bool> reopens_ = false;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace cflt::serve::sink
