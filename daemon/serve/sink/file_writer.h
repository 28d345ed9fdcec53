// FileWriter writes batches to a file or stdout, in a thread of its own: files
// and inherited descriptors are not for epoll, and a disk may take its time.
//
//   hand_over() ──▶ WriteQueue ──▶ Outbox ──▶ writev() ──▶ written()
//   workers                        the writer's thread
//
// When all of a batch is written, its `written` is called on the writer's
// thread, with what was. A batch costs one lock on each side.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "core/records/outbox.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/error.h"
#include "daemon/serve/loop/blocking_thread.h"
#include "daemon/serve/sink/write_queue.h"

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

  /// From any thread: gives up what is not written. The thread ends when its
  /// write returns, which tell_progress() makes it do.
  void stop() { queue_.stop(); }
  /// Waits for the thread, after stop().
  void join() { thread_.join(); }

  /// True where this writer would write the same bytes to the same place, and
  /// speak of it by the same name.
  bool serves(const config::Sink& sink) const;

  Life life() const { return life_; }

  using Written = std::function<void(const records::Progress&)>;
  void hand_over(records::Batch batch, Written written) {
    queue_.push({std::move(batch), std::move(written)});
  }

  /// Opens the path anew, soon: logrotate has moved the file.
  void reopen() { queue_.ask_to_reopen(); }

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
  FileWriter(const config::Sink& sink, base::Descriptor fd,
             std::vector<Life> previous, std::function<void()> on_broken);
  void wait_for_previous();
  void run();
  bool write(WriteQueue::Item item);
  bool write_all();
  bool write_some();
  bool recover(int error);
  void wait_until_writable();
  void retry_later(int error);
  void give_up();
  records::Progress take_progress();
  void open_again_if_asked();
  void open_again();

  Life life_;  // of the thread
  config::Sink sink_;
  base::Descriptor fd_;
  std::vector<Life> previous_;
  std::function<void()> on_broken_;
  records::Outbox outbox_;
  WriteQueue queue_;
  std::atomic<bool> up_ = true;
  std::atomic<bool> broken_ = false;
  std::atomic<std::uint64_t> retries_ = 0;
  std::atomic<std::uint64_t> written_bytes_ = 0;
  loop::BlockingThread thread_;
};

}  // namespace cflt::serve::sink
