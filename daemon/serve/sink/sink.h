// A sink as one worker sees it: a bounded queue, and somebody who writes.
//
//   push() ──▶ Outbox ──▶ flush(): what can be written is, at once
//                │ full
//                └──▶ sources wait (RoomQueue), or the batch is dropped
//
// Each worker has a Sink of its own, and so its own connection and its own
// share of the buffer. Everything here runs on the worker's thread.
//
// Its owner calls, in this order:
//
//   add_source()   before the first push() of each source
//   start()        once; push() may come before
//   finish()       again and again, until is_finished() or the time is over
//   stop()         then drop_rest(), which counts what is left
//
// A subclass implements start() (NetworkSink has it), stop() and flush(). It
// calls account() after anything was delivered or dropped. account() wakes
// sources, which push() at once: flush() is called again before account()
// returns.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "core/records/outbox.h"
#include "daemon/serve/log/rate_limiter.h"
#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/sink/room_queue.h"
#include "daemon/serve/sink/sink_state_log.h"

namespace cflt::serve::sink {

/// What the sink's framing and header are.
records::WireOptions wire_options(const config::Sink& sink);
std::optional<records::SyslogHeader> syslog_header(const config::Sink& sink);

class Sink {
 public:
  /// `max_bytes` is this worker's share of the buffer. The registry outlives
  /// the sink.
  Sink(const config::Sink& sink, std::size_t max_bytes,
       metrics::Registry& registry);
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  const config::Sink& settings() const { return settings_; }

  /// The sink makes its connection, or whatever it needs; not after stop().
  virtual void start() = 0;
  /// The sink gives that up. It writes nothing any more, and none of its
  /// handlers does anything.
  virtual void stop() = 0;
  /// Nothing is pushed any more. The sink writes what is left, and then tells
  /// the peer that this was all.
  virtual void finish() {}
  /// After finish(): stop() would lose nothing that is on its way.
  virtual bool is_finished() { return is_idle(); }
  /// A reload: `sink` is one that this may become.
  virtual void change(const config::Sink& sink, std::size_t max_bytes);
  /// SIGHUP: files are opened anew.
  virtual void reopen() {}
  /// Each second at least: counts, and tells, what no event does.
  virtual void observe();

  /// The source of this name may push.
  void add_source(const std::string& source);

  /// The sink takes the batch, and writes what it can. Where it is full, it
  /// drops the batch if the sink's setting or the source (`may_wait` false)
  /// wants that, and takes it all the same otherwise: it waits for nobody.
  void push(const records::Batch& batch, bool may_wait);

  /// Counts a batch as dropped.
  void refuse(const records::Batch& batch, metrics::Dropped why);

  /// True: sources that can wait should, before they read on.
  bool blocks_sources() const {
    return settings_.when_full == config::WhenFull::kBlock &&
           (is_full() || is_behind());
  }
  /// `resume` is called once, when there is room again; of all that wait, first
  /// that of the source which has pushed nothing for longest.
  void call_with_room(std::uint16_t source, std::function<void()> resume) {
    room_.wait(source, std::move(resume));
    source_waits();
  }

  /// Another of this name takes its place, now or later: what is said of the
  /// name's state is the other's from now on.
  void make_way() {
    set_is_up(false);
    is_replaced_ = true;
  }

  /// Everything was delivered.
  bool is_idle() const { return outbox_.empty(); }
  /// The sink gives up what was not delivered, and takes nothing more. Returns
  /// how many records it gave up.
  std::uint64_t drop_rest();

 protected:
  /// The sink writes what it can, in the order of push().
  virtual void flush() = 0;
  /// `batch` is the last in the outbox.
  virtual void pushed(const records::Batch& /*batch*/) { flush(); }

  void set_is_up(bool is_up) {
    if (!is_replaced_) counters_.up.set(is_up ? 1 : 0);
  }
  /// set_is_up() of a connection, of which the log tells.
  void connected();
  void disconnected(const std::string& why);

  /// The sink is not full, but sources had better wait a moment.
  virtual bool is_behind() const { return false; }
  /// A source waits, for room or because the sink is behind; also again, when
  /// there is room and the sink is behind.
  virtual void source_waits() {}

  records::Outbox& outbox() { return outbox_; }
  const records::Outbox& outbox() const { return outbox_; }
  metrics::SinkCounters& counters() { return counters_; }
  /// Counts what was delivered or dropped, and wakes the sources if there is
  /// room.
  void account();
  /// Sources that wait look again whether they may read.
  void wake_sources() { room_.wake(); }
  void count_dropped(const records::Progress& progress, metrics::Dropped why);
  void count_delivered(const records::Progress& progress);
  void settle() { outbox_.settle(); }

 private:
  bool is_full() const { return room_.is_full(outbox_.memory_bytes()); }
  void tell_refusal(std::uint16_t source, metrics::Dropped why);
  void tell_state();
  void tell_if_stuck();
  void note_progress(metrics::Dropped why);
  void publish();
  metrics::PairCounters& pair(std::uint16_t source) { return *pairs_[source]; }

  config::Sink settings_;
  metrics::Registry& registry_;
  metrics::SinkCounters& counters_;
  records::Outbox outbox_;
  std::vector<metrics::PairCounters*> pairs_;  // by index of the source
  std::vector<std::string> source_names_;
  // Of each source, what is said of dropped records:
  std::vector<std::array<log::LineLimit, metrics::kDroppedNames.size()>>
      refusals_;
  log::LineLimit stuck_limit_;
  RoomQueue room_;
  std::size_t published_bytes_ = 0;
  /// Of a connection: it is up where there is no reason against it.
  std::optional<std::string> down_reason_;
  std::optional<SinkStateLog> state_log_;
  bool is_replaced_ = false;
  bool is_over_ = false;
};

}  // namespace cflt::serve::sink
