// What a worker's records flow through: sources and sinks, those of the
// configuration and those of earlier ones that are not done yet.
//
//   of the plan          sources ──▶ sinks
//   of earlier plans     leaving ──▶ retired     each until it is done, or its
//                                                time has passed
//   of the plan, later   unstarted sinks         behind a retired one with the
//                                                same address: order is kept
//                                                (of files: control/writers.h)
//
// A source that leaves may still push, so no retired sink ends before the last
// of them. Has no clock, no thread and no socket of its own. Belongs to one
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/records/record_redactor.h"
#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/sink/sink.h"
#include "daemon/serve/source/partial_budget.h"
#include "daemon/serve/source/source.h"
#include "daemon/serve/worker/plan.h"

namespace cflt::serve::worker {

class Pipeline {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using MakeSink =
      std::function<std::shared_ptr<sink::Sink>(const config::Sink&)>;

  /// All outlive it.
  Pipeline(metrics::Registry& registry, records::FramePool& pool,
           source::PartialBudget& budget)
      : registry_(registry), pool_(pool), budget_(budget) {}
  /// Its sessions end without a word: the loop that ran them has ended.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// From now on: the plan's sources and sinks. Sinks that cannot become what
  /// the plan says are retired. Sources that it does not name leave:
  /// find_source() does not give them. The caller calls let_leave() next.
  void apply(const Plan& plan, const std::shared_ptr<scan::Scanner>& scanner,
             const MakeSink& make_sink, Time now);
  /// The sessions of sources that the plan does not name read what has arrived,
  /// and end. Whoever moves to another source does it before.
  void let_leave();

  /// Null where the plan does not name the source.
  std::shared_ptr<source::Source> find_source(const std::string& name);
  std::vector<std::shared_ptr<source::Session>> sessions_of(
      const std::string& name);

  /// The self-test's verdict: while it is `held`, nothing is read, and what
  /// comes all the same is dropped and counted.
  void hold(bool held);
  /// Each second: sessions of the plan's sources end whose time has passed, and
  /// stalls are counted. Sources that leave have a time of their own.
  void check_sessions(Time now);
  /// Ends and starts what is due. Every few milliseconds while is_ending(),
  /// else each second.
  void tick(Time now);
  /// There is something of an earlier plan.
  bool is_ending() const { return !retired_.empty() || !leaving_.empty(); }
  void reopen_files();

  /// All sessions read what has arrived, and end.
  void drain();
  /// After drain(): nothing is left. Ends the sinks' streams on the way.
  bool is_drained();
  /// Gives up what is left, after drain() or without. How many records were not
  /// delivered since drain() has begun.
  std::uint64_t stop();

 private:
  using Sink = std::shared_ptr<sink::Sink>;
  using Source = std::shared_ptr<source::Source>;

  struct Retired {
    Sink sink;
    Time until;
  };
  struct Leaving {
    Source source;
    Time until;
  };

  void renew_sinks(const Plan& plan, const MakeSink& make_sink, Time until);
  Sink renew_sink(const Sink& old, const Plan& plan, const config::Sink& sink,
                  const MakeSink& make_sink);
  void retire(Sink sink, Time until);
  void renew_sources(const Plan& plan,
                     const std::shared_ptr<scan::Scanner>& scanner, Time until);
  std::vector<Sink> sinks_of(const Plan& plan, const std::string& source);
  source::Source& source_to_configure(const std::string& name);
  void end_leaving(Time now);
  void end_retired(Time now);
  void start_sinks();
  bool is_behind_another(const sink::Sink& sink) const;
  void give_up(sink::Sink& sink);
  std::uint64_t stop(sink::Sink& sink);

  metrics::Registry& registry_;
  records::FramePool& pool_;
  source::PartialBudget& budget_;
  std::map<std::string, Sink> sinks_;
  std::map<std::string, Source> sources_;
  std::vector<Retired> retired_;
  std::vector<Leaving> leaving_;
  std::vector<Sink> unstarted_;
  std::uint64_t dropped_ = 0;  // since drain()
  bool draining_ = false;
  bool held_ = false;
};

}  // namespace cflt::serve::worker
