// One output of a child, from our end of its pipe or terminal to where it goes.
//
//   child ──pipe──▶ ChildStream: read, scan, write ──▶ our stdout or stderr
//
// A thread of its own, so that an output that nobody reads stops no other.
// The child must neither block nor die because of us: where writing or scanning
// fails, the stream reads on and throws away; nothing unscanned leaves.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "daemon/exec/event.h"
#include "daemon/filter/pump.h"

namespace cflt::exec {

/// What all streams of a child share; outlives them.
struct StreamEvents {
  Event ended;    // the child has
  Event stop;     // take what is there, no more
  Event changed;  // a stream has failed, or is done
};

class ChildStream {
 public:
  enum class Failure { kNone, kOutput, kInternal };

  /// Rules and events outlive the stream. `input` is not shared with anybody:
  /// it is made non-blocking.
  ChildStream(const stream::Rules& rules, scan::Scanner scanner,
              base::Descriptor input, filter::Output output, bool counts_lines,
              StreamEvents& events);
  ~ChildStream();

  void start();

  /// For other threads. No more is read; the child may be told so by SIGPIPE.
  bool is_done() const { return done_.load(std::memory_order_acquire); }
  Failure failure() const { return failure_.load(std::memory_order_acquire); }

  /// Of a stream that is done: says what was thrown away. Waits for whoever
  /// reads our stderr.
  void tell_discarded();
  filter::Statistics statistics() const { return pump_.statistics(); }
  filter::Statistics live_statistics() const { return pump_.live_statistics(); }

  /// Call in a handler of SIGABRT: where a stream's thread broke an invariant,
  /// it goes on throwing away, and this does not return.
  static void outlive_abort();

 private:
  void run();
  void copy();
  void discard();
  void finish();
  std::size_t read();
  bool wait() const;
  void wait_for_reopening() const;
  void output_failed();
  void fail(Failure failure, const std::string& reason);
  void set_failure(Failure failure);
  [[noreturn]] void go_on_without_scanning();

  scan::Scanner scanner_;
  base::Descriptor input_;
  int watched_ = -1;  // an output that says when its reader leaves
  bool keeps_output_open_;
  std::string name_;
  filter::Pump pump_;
  StreamEvents& events_;
  std::optional<std::size_t> left_;  // to be read, once told to stop
  std::size_t last_read_ = 0;
  std::uint64_t discarded_bytes_ = 0;
  std::atomic<Failure> failure_ = Failure::kNone;
  std::atomic<bool> done_ = false;
  bool aborted_ = false;
  std::thread thread_;
  std::thread complaint_;  // waits for our stderr, so that thread_ need not
};

}  // namespace cflt::exec
