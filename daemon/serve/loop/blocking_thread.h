// A thread that may block in a system call, and can be called out of it.
//
// Files, terminals and pipes that others share cannot be asked not to block:
// O_NONBLOCK is a property of what is shared.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace cflt::serve::loop {

class BlockingThread {
 public:
  BlockingThread() = default;
  ~BlockingThread() { join(); }
  BlockingThread(const BlockingThread&) = delete;
  BlockingThread& operator=(const BlockingThread&) = delete;

  /// Once. What `run` uses must be there until join() returns.
  void start(std::function<void()> run);

  /// A read() or write() that blocks returns what it has done so far, or EINTR.
  /// One that begins a moment later does not: who waits says it again.
  void interrupt();

  /// Interrupts until `run` has returned, which somebody has told it to.
  void join();

 private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace cflt::serve::loop
