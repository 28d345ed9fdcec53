// A source as one worker sees it: what its connections need to take records in
// and pass them on. It stays when the configuration is reloaded; configure()
// gives it new rules, limits and sinks.
//
// Everything here runs on the worker's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/settings.h"
#include "core/records/intake.h"
#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/sink/sink.h"
#include "daemon/serve/source/partial_budget.h"

namespace cflt::serve::source {

/// Who ended a stream that was closed for this reason.
constexpr records::End end_of(metrics::Closed why) {
  return why == metrics::Closed::kEnd || why == metrics::Closed::kError
             ? records::End::kByPeer
             : records::End::kByUs;
}

/// What a source's connections are told when they have to end.
class Session {
 public:
  virtual ~Session() = default;
  /// Reads what has arrived, then ends.
  virtual void drain() = 0;
  /// Ends, with a record of what is there.
  virtual void end(metrics::Closed why) = 0;
  /// Ends, or goes on without waiting, if a timeout has passed.
  virtual void check_time(std::chrono::steady_clock::time_point now) = 0;
  /// The scanner cannot be trusted: what it has begun must not leave.
  virtual void distrust() {}
};

class Source : public std::enable_shared_from_this<Source> {
 public:
  using Clock = std::chrono::steady_clock;

  /// All outlive it.
  Source(std::string name, metrics::Registry& registry,
         records::FramePool& pool, PartialBudget& budget);

  /// From now on. The sinks have been told of this source.
  void configure(const config::Source& source,
                 std::shared_ptr<records::RecordRedactor> redactor,
                 std::vector<std::shared_ptr<sink::Sink>> sinks);
  /// Counts the calls of configure().
  unsigned generation() const { return generation_; }

  const std::string& name() const { return name_; }
  const config::Source& settings() const { return settings_; }
  const std::shared_ptr<records::RecordRedactor>& redactor() const {
    return redactor_;
  }
  records::IntakeOptions intake_options() const;
  records::FramePool& pool() { return pool_; }
  PartialBudget& budget() { return budget_; }
  metrics::SourceCounters& counters() { return counters_; }

  /// False: a sink is full or behind, or scanning cannot be trusted any more;
  /// whoever can wait reads on when `resume` is called.
  bool may_read() const;
  void call_when_may_read(std::function<void()> resume);

  /// Passes redacted records on to all sinks, and empties `batches`.
  void deliver(std::vector<records::Batch>& batches, bool may_wait);

  void count(const records::IntakeCounts& counts);
  /// How long framing, scanning and redacting a block took.
  void observe(Clock::duration elapsed);
  void count_findings();
  /// Counts a stall: each second while it lasts, and at its end.
  void count_stall();

  /// Ends all sessions now; those that wait are not resumed.
  void abandon();

  /// Gives an intake what configure() has changed since `*generation`.
  template <class Intake>
  void refresh(Intake& intake, unsigned* generation) const {
    if (*generation == generation_) return;
    *generation = generation_;
    intake.change(intake_options(), redactor_);
  }

  /// The self-test has failed: nothing is read until it passes, and what comes
  /// all the same is dropped and counted.
  void hold(bool held);

  /// Sessions live as long as they are here; they remove themselves.
  void add(std::shared_ptr<Session> session) {
    sessions_.push_back(std::move(session));
  }
  void remove(const Session* session);
  /// All at once, without a word to them: they and this hold each other, and
  /// the loop that runs them has ended.
  void forget_sessions() {
    const auto sessions = std::exchange(sessions_, {});
    const auto waiting = std::exchange(waiting_, {});
  }
  /// A copy, which holds them.
  std::vector<std::shared_ptr<Session>> sessions() const { return sessions_; }
  bool has_sessions() const { return !sessions_.empty(); }

 private:
  void wait_for_sinks();
  void resume_all();

  std::string name_;
  records::FramePool& pool_;
  PartialBudget& budget_;
  metrics::SourceCounters& counters_;
  metrics::ScanHistogram& histogram_;
  std::uint16_t index_;
  config::Source settings_;
  std::shared_ptr<records::RecordRedactor> redactor_;
  std::vector<std::shared_ptr<sink::Sink>> sinks_;
  std::vector<std::shared_ptr<Session>> sessions_;
  std::vector<std::function<void()>> waiting_;
  Clock::time_point stalled_since_;
  unsigned generation_ = 0;
  bool held_ = false;
  bool waits_for_sink_ = false;
};

/// Of the system clock, for records.
std::int64_t now_ns();

}  // namespace cflt::serve::source
