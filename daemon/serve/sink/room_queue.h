// Whether a sink's buffer has room, and the sources that wait for it.
//
//   queued bytes   0 ─────────────── 3/4 ──────── max
//   is_full()      no                no           yes: sources wait
//   has_room()     yes               yes   no     no: they go on waiting
//
// RoomQueue wakes the source first that has pushed nothing for longest: the one
// that is woken first may take all the room, and the one that began to wait
// first is more often than not the busiest.
//
// It holds no batches: the caller says how many bytes are queued. It has no
// clock. It belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace cflt::serve::sink {

class RoomQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Resume = std::function<void()>;

  explicit RoomQueue(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void set_max_bytes(std::size_t max_bytes) { max_bytes_ = max_bytes; }

  bool is_full(std::size_t queued_bytes) const {
    return queued_bytes >= max_bytes_;
  }
  /// Lower than "not full", so that sources are not woken for each record.
  bool has_room(std::size_t queued_bytes) const {
    return queued_bytes <= max_bytes_ / 4 * 3;
  }

  /// A source of this index may push and wait.
  void add_source(std::uint16_t source);
  void pushed(std::uint16_t source) { last_push_[source] = ++pushes_; }

  /// `resume` is called once, by wake().
  void wait(std::uint16_t source, Resume resume) {
    waiting_.push_back({source, std::move(resume)});
  }
  bool has_waiting() const { return !waiting_.empty(); }
  /// Resumes all that wait now. One that waits again meanwhile is resumed by
  /// the next call.
  void wake();

  /// Something was delivered: nobody is stuck.
  void delivered() { stuck_since_.reset(); }
  /// Called each second at least. True when sources have waited in ten seconds
  /// of calls, and nothing was delivered. A wait alone is no fault: a sink that
  /// is slower than its sources is waited for all the time. `now` does not go
  /// back.
  bool is_stuck(Time now);

 private:
  struct Waiting {
    std::uint16_t source;
    Resume resume;
  };

  std::size_t max_bytes_;
  std::vector<std::uint64_t> last_push_;  // its number, by index of the source
  std::uint64_t pushes_ = 0;
  std::vector<Waiting> waiting_;
  std::optional<Time> stuck_since_;
};

}  // namespace cflt::serve::sink
