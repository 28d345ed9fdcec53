// Reads a descriptor that may block, and that others may share, in a thread:
// one block each time that somebody asks.
//
//   ask() ──▶ thread: poll, read ──▶ on_read ──▶ block() ──▶ took(), ask() ...
//
// Nothing is read that was not asked for: what is not taken stays in the pipe.
// Whoever shares the pipe may take the bytes between poll() and read(), which
// then blocks: see BlockingThread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>

#include "core/records/frames.h"
#include "daemon/base/descriptor.h"
#include "daemon/serve/loop/blocking_thread.h"

namespace cflt::serve::source {

class StdinReader {
 public:
  /// `fd` stays the caller's. `on_read` is called on the thread, when there is
  /// a block, or there will be none any more.
  StdinReader(int fd, std::function<void()> on_read);
  ~StdinReader();

  /// The thread. False, and errno says why: there is none now, try again.
  bool start();

  /// Asks for a block, where none is there.
  void ask();
  /// Takes that back, for now. A block may come all the same.
  void pause();
  /// From now on, only what waits in the descriptor is read, and then it is
  /// over. Of a file nothing: what is in it stays there.
  void drain();
  /// Whoever took the bytes of a read() that blocks: drain() goes on. To be
  /// called until it is over.
  void interrupt() { thread_.interrupt(); }
  /// Ends the thread. What was read until then is in block().
  void stop();

  /// A block is there, or it is over.
  bool has_news() const;
  enum class State {
    kGoesOn,
    kEnded,    // there is no more
    kDrained,  // there may be more, which is not read
    kFailed,
  };
  /// All but kGoesOn: there will be no block any more.
  State state() const;
  bool is_over() const { return state() != State::kGoesOn; }
  /// What was read: valid until took(); empty where nothing is there.
  std::span<const char> block() const;
  /// Wipes it.
  void took();
  /// What can still be read, as far as the kernel tells.
  std::uint64_t unread_bytes() const;

 private:
  void run();
  bool wait_until_wanted();
  bool has_input() const;
  std::size_t limit() const;
  void bring(std::size_t size, State state);
  State state_when_drained() const;
  std::uint64_t drain_limit() const;
  void wake();

  const int fd_;
  const std::function<void()> on_read_;
  base::Descriptor event_;  // ends a poll()
  records::Block block_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t size_ = 0;  // bytes in block_
  bool wanted_ = false;   // block_ is the thread's
  State state_ = State::kGoesOn;
  bool stopping_ = false;
  bool draining_ = false;
  std::uint64_t left_ = 0;  // bytes that a drain may still read
  loop::BlockingThread thread_;
};

}  // namespace cflt::serve::source
