#include "daemon/serve/worker/pipeline.h"

#include <algorithm>
#include <utility>

#include "daemon/serve/log/log.h"

namespace cflt::serve::worker {

Pipeline::~Pipeline() {
  for (const auto& [name, source] : sources_) source->forget_sessions();
  for (const Leaving& each : leaving_) each.source->forget_sessions();
}

void Pipeline::apply(const Plan& plan,
                     const std::shared_ptr<scan::Scanner>& scanner,
                     const MakeSink& make_sink, Time now) {
  const Time until = now + plan.settings.service.drain_timeout;
  renew_sinks(plan, make_sink, until);
  renew_sources(plan, scanner, until);
}

void Pipeline::renew_sinks(const Plan& plan, const MakeSink& make_sink,
                           Time until) {
  std::map<std::string, Sink> renewed;
  for (const config::Sink& sink : plan.settings.sinks) {
    const auto known = sinks_.find(sink.name);
    const Sink old = known == sinks_.end() ? nullptr : known->second;
    renewed[sink.name] = renew_sink(old, plan, sink, make_sink);
  }
  for (const auto& [name, sink] : std::exchange(sinks_, renewed)) {
    const auto now = renewed.find(name);
    if (now == renewed.end() || now->second != sink) retire(sink, until);
  }
  start_sinks();
}

/// `old`, or another that takes the place of `old`, if there is one.
Pipeline::Sink Pipeline::renew_sink(const Sink& old, const Plan& plan,
                                    const config::Sink& sink,
                                    const MakeSink& make_sink) {
  if (old != nullptr && may_become(old->settings(), sink)) {
    old->change(sink, buffer_share(plan, sink));
    return old;
  }
  return unstarted_.emplace_back(make_sink(sink));
}

void Pipeline::retire(Sink sink, Time until) {
  sink->make_way();
  retired_.push_back({std::move(sink), until});
}

void Pipeline::renew_sources(const Plan& plan,
                             const std::shared_ptr<scan::Scanner>& scanner,
                             Time until) {
  std::map<std::string, Source> unnamed = sources_;
  for (const config::Source& source : plan.settings.sources) {
    unnamed.erase(source.name);
    source_to_configure(source.name)
        .configure(
            source,
            std::make_shared<records::RecordRedactor>(plan.rules, scanner),
            sinks_of(plan, source.name));
  }
  for (auto& [name, source] : unnamed) {
    leaving_.push_back({source, until});
    sources_.erase(name);
  }
}

std::vector<Pipeline::Sink> Pipeline::sinks_of(const Plan& plan,
                                               const std::string& source) {
  std::vector<Sink> sinks;
  for (const config::Sink& sink : plan.settings.sinks) {
    if (std::ranges::find(sink.inputs, source) == sink.inputs.end()) continue;
    sinks.push_back(sinks_.at(sink.name));
    sinks.back()->add_source(source);
  }
  return sinks;
}

source::Source& Pipeline::source_to_configure(const std::string& name) {
  auto& source = sources_[name];
  if (source == nullptr) {
    source = std::make_shared<source::Source>(name, registry_, pool_, budget_);
    source->hold(held_);
  }
  return *source;
}

void Pipeline::let_leave() {
  for (const Leaving& each : leaving_) {
    for (const auto& session : each.source->sessions()) session->drain();
  }
}

std::shared_ptr<source::Source> Pipeline::find_source(const std::string& name) {
  const auto known = sources_.find(name);
  return known == sources_.end() ? nullptr : known->second;
}

std::vector<std::shared_ptr<source::Session>> Pipeline::sessions_of(
    const std::string& name) {
  const Source source = find_source(name);
  if (source == nullptr) return {};
  return source->sessions();
}

void Pipeline::hold(bool held) {
  held_ = held;
  for (const auto& [name, source] : sources_) source->hold(held);
  for (const Leaving& each : leaving_) each.source->hold(held);
}

void Pipeline::check_sessions(Time now) {
  for (const auto& [name, source] : sources_) {
    for (const auto& session : source->sessions()) session->check_time(now);
    source->count_stall();
  }
}

void Pipeline::tick(Time now) {
  for (const auto& [name, sink] : sinks_) sink->observe();
  end_leaving(now);
  end_retired(now);
}

void Pipeline::end_leaving(Time now) {
  std::erase_if(leaving_, [now](const Leaving& each) {
    if (now >= each.until) each.source->abandon();
    return !each.source->has_sessions();
  });
}

/// Sinks of earlier plans have time to deliver what they took.
void Pipeline::end_retired(Time now) {
  if (!leaving_.empty()) return;  // they may push, and have their own time
  std::erase_if(retired_, [this, now](const Retired& each) {
    each.sink->finish();
    if (!each.sink->is_finished() && now < each.until) return false;
    std::erase(unstarted_, each.sink);
    give_up(*each.sink);
    return true;
  });
  start_sinks();
}

void Pipeline::start_sinks() {
  std::erase_if(unstarted_, [this](const Sink& sink) {
    if (is_behind_another(*sink)) return false;
    sink->start();
    return true;
  });
}

/// To one peer they go one after the other, so that order is kept. Another peer
/// need not wait for one that may be gone.
bool Pipeline::is_behind_another(const sink::Sink& sink) const {
  const auto& address = sink.settings().address;
  for (const Retired& each : retired_) {
    if (each.sink.get() == &sink) return false;
    if (address && each.sink->settings().address == address) return true;
  }
  return false;
}

void Pipeline::give_up(sink::Sink& sink) {
  const std::uint64_t count = stop(sink);
  if (count == 0) return;
  if (draining_) dropped_ += count;
  log::error("records of a removed sink were not delivered",
             {{"sink", sink.settings().name}, {"records", count}});
}

std::uint64_t Pipeline::stop(sink::Sink& sink) {
  sink.stop();
  return sink.drop_rest();
}

void Pipeline::reopen_files() {
  for (const auto& [name, sink] : sinks_) sink->reopen();
}

void Pipeline::drain() {
  draining_ = true;
  for (const auto& [name, source] : sources_) {
    for (const auto& session : source->sessions()) session->drain();
  }
}

bool Pipeline::is_drained() {
  const auto has_sessions = [](const auto& entry) {
    return entry.second->has_sessions();
  };
  if (is_ending() || std::ranges::any_of(sources_, has_sessions)) return false;
  for (const auto& [name, sink] : sinks_) sink->finish();
  return std::ranges::all_of(
      sinks_, [](const auto& entry) { return entry.second->is_finished(); });
}

std::uint64_t Pipeline::stop() {
  for (const auto& [name, source] : sources_) source->abandon();
  for (const Leaving& each : leaving_) each.source->abandon();
  for (const auto& [name, sink] : sinks_) dropped_ += stop(*sink);
  for (const Retired& each : retired_) dropped_ += stop(*each.sink);
  return dropped_;
}

}  // namespace cflt::serve::worker
