#include "daemon/serve/source/source.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace cflt::serve::source {
namespace {

/// Frames of a syslog source may end with NUL, too.
framing::Framing framing_of(const config::Source& source) {
  const bool is_syslog = source.type == config::SourceType::kSyslog;
  return is_syslog && source.framing == framing::Framing::kNewline
             ? framing::Framing::kSyslogNewline
             : source.framing;
}

}  // namespace

Source::Source(std::string name, metrics::Registry& registry,
               records::FramePool& pool, PartialBudget& budget)
    : name_(std::move(name)),
      pool_(pool),
      budget_(budget),
      counters_(registry.source(name_)),
      histogram_(registry.scan_histogram()),
      index_(registry.source_index(name_)) {}

void Source::configure(const config::Source& source,
                       std::shared_ptr<records::RecordRedactor> redactor,
                       std::vector<std::shared_ptr<sink::Sink>> sinks) {
  settings_ = source;
  redactor_ = std::move(redactor);
  sinks_ = std::move(sinks);
  ++generation_;
  waits_for_sink_ = false;  // those of before are not asked any more
  resume_all();
}

records::IntakeOptions Source::intake_options() const {
  records::IntakeOptions options;
  options.framing = framing_of(settings_);
  options.max_length_bytes = settings_.max_length_bytes;
  options.too_long = settings_.too_long;
  options.origin.source = index_;
  options.origin.is_syslog = settings_.type == config::SourceType::kSyslog;
  return options;
}

bool Source::may_read() const {
  return !held_ && std::ranges::none_of(sinks_, [](const auto& sink) {
    return sink->blocks_sources();
  });
}

void Source::call_when_may_read(std::function<void()> resume) {
  const bool is_first = waiting_.empty();
  waiting_.push_back(std::move(resume));
  if (!is_first) return;
  stalled_since_ = Clock::now();
  wait_for_sinks();
}

/// For the first sink that is full; when it has room, the next is looked at.
void Source::wait_for_sinks() {
  const auto full = std::ranges::find_if(
      sinks_, [](const auto& sink) { return sink->blocks_sources(); });
  if (full == sinks_.end() || std::exchange(waits_for_sink_, true)) return;
  (*full)->call_with_room(index_,
                          [weak = weak_from_this(), asked = generation_] {
                            const auto self = weak.lock();
                            if (self == nullptr || self->generation_ != asked)
                              return;
                            self->waits_for_sink_ = false;
                            self->resume_all();
                          });
}

void Source::resume_all() {
  if (waiting_.empty()) return;
  if (!may_read()) return wait_for_sinks();
  count_stall();
  for (const auto& resume : std::exchange(waiting_, {})) resume();
}

void Source::count_stall() {
  if (waiting_.empty()) return;
  const auto since = std::exchange(stalled_since_, Clock::now());
  counters_.stalled_ns.add(static_cast<std::uint64_t>(
      std::chrono::nanoseconds(stalled_since_ - since).count()));
}

void Source::deliver(std::vector<records::Batch>& batches, bool may_wait) {
  for (const records::Batch& batch : batches) {
    for (const auto& sink : sinks_) {
      held_ ? sink->refuse(batch, metrics::Dropped::kSelfTest)
            : sink->push(batch, may_wait);
    }
  }
  batches.clear();
}

void Source::count(const records::IntakeCounts& counts) {
  counters_.bytes.add(counts.bytes);
  counters_.records.add(counts.records);
  counters_.split.add(counts.split);
  counters_.truncated.add(counts.truncated);
  counters_.partial.add(counts.partial);
  counters_.empty.add(counts.empty);
  counters_.skipped_bytes.add(counts.skipped_bytes);
  counters_.lost_bytes.add(counts.lost_bytes);
  counters_.compressed.add(counts.compressed);
  count_findings();
}

void Source::observe(Clock::duration elapsed) {
  histogram_.observe(
      static_cast<std::uint64_t>(std::chrono::nanoseconds(elapsed).count()));
}

void Source::count_findings() {
  const stream::Counts found = redactor_->take_counts();
  counters_.truncated_secrets.add(found.truncated);
  counters_.suspected.add(found.suspected);
  counters_.rejected.add(found.rejected);
  if (found.found_in_all() == 0) return;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    counters_.found[i].add(found.found[i]);
  }
}

void Source::hold(bool held) {
  held_ = held;
  if (held) {
    for (const auto& session : sessions()) session->distrust();
  }
  resume_all();
}

void Source::abandon() {
  for (const auto& session : sessions())
    session->end(metrics::Closed::kShutdown);
  waiting_.clear();
}

void Source::remove(const Session* session) {
  std::erase_if(sessions_,
                [session](const auto& each) { return each.get() == session; });
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace cflt::serve::source
