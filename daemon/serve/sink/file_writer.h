// Writes batches to a file or stdout, in a thread of its own: files and
// inherited descriptors are not for epoll, and a disk may take its time.
//
// Workers hand batches over; for each one, when all of it is written, its
// `written` is called on the writer's thread, with what was. One lock a batch.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/settings.h"
#include "core/records/outbox.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/error.h"
#include "daemon/serve/loop/blocking_thread.h"

namespace cflt::serve::sink {

class FileWriter {
 public:
  /// Expires when a writer has ended and writes nothing any more.
  using Life = std::weak_ptr<const void>;

  /// For a sink of type file or stdout. Writes nothing before all of `previous`
  /// have ended. `on_broken` is called once, from the writer's thread, when
  /// stdout's reader has gone.
  static base::Result<std::unique_ptr<FileWriter>> make(
      const config::Sink& sink, std::vector<Life> previous,
      std::function<void()> on_broken);
  /// stop() and join().
  ~FileWriter();

  /// From any thread: gives up what is not written. The thread ends soon, as
  /// far as the system lets it.
  void stop();
  /// Waits for the thread, after stop().
  void join() { thread_.join(); }

  /// True where it would write the same bytes to the same place, and speak of
  /// it by the same name.
  bool serves(const config::Sink& sink) const;

  Life life() const { return life_; }

  using Written = std::function<void(const records::Progress&)>;
  void hand_over(records::Batch batch, Written written);

  /// Opens the path anew, soon: logrotate has moved the file.
  void reopen();

  // From any thread:
  /// Lets a write that blocks say how far it has come.
  void tell_progress() { thread_.interrupt(); }
  /// Of batches, also of parts of them. Since the last call.
  std::uint64_t take_written_bytes() { return written_bytes_.exchange(0); }
  /// Since the last call.
  std::uint64_t take_retries() { return retries_.exchange(0); }
  /// False while writing fails.
  bool is_up() const { return up_; }
  /// stdout's reader has gone: nothing will be written any more.
  bool is_broken() const { return broken_; }

 private:
  struct Item {
    records::Batch batch;
    Written written;
  };

  FileWriter(const config::Sink& sink, base::Descriptor fd,
             std::vector<Life> previous, std::function<void()> on_broken);
  void wait_for_previous();
  void run();
  std::optional<Item> next();
  bool write_all();
  records::Progress take_progress();
  bool bear(int error);
  void open_again();

  Life life_;  // of the thread
  config::Sink sink_;
  base::Descriptor fd_;
  std::vector<Life> previous_;
  std::function<void()> on_broken_;
  records::Outbox outbox_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::atomic<bool> reopens_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> up_ = true;
  std::atomic<bool> broken_ = false;
  std::atomic<std::uint64_t> retries_ = 0;
  std::atomic<std::uint64_t> written_bytes_ = 0;
  loop::BlockingThread thread_;
};

}  // namespace cflt::serve::sink
