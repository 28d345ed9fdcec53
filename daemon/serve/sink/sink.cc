#include "daemon/serve/sink/sink.h"

#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "config/address.h"
#include "core/stream/redact_text.h"
#include "daemon/base/host_and_time.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/log/log.h"

namespace cflt::serve::sink {
records::WireOptions wire_options(const config::Sink& sink) {
  const bool is_datagram = sink.address && config::is_datagram(*sink.address);
  return {is_datagram ? records::WireFraming::kDatagram : sink.framing,
          sink.embedded_newline};
}

std::optional<records::SyslogHeader> syslog_header(const config::Sink& sink) {
  if (sink.type != config::SinkType::kSyslog) return std::nullopt;
  const config::SyslogHeader& header = sink.header;
  const std::string& hostname = header.hostname;
  // They leave with each record, and no redactor sees them there.
  return records::SyslogHeader(
      header.facility, header.severity,
      stream::redact_text(hostname.empty() ? base::host_name() : hostname),
      stream::redact_text(header.app_name));
}

Sink::Sink(const config::Sink& sink, std::size_t max_bytes,
           metrics::Registry& registry)
    : settings_(sink),
      registry_(registry),
      counters_(registry.sink(sink.name)),
      outbox_(wire_options(sink), syslog_header(sink)),
      room_(max_bytes) {}

void Sink::change(const config::Sink& sink, std::size_t max_bytes) {
  settings_ = sink;
  room_.set_max_bytes(max_bytes);
  account();  // there may be room now
}

void Sink::add_source(const std::string& source) {
  const std::size_t index = registry_.source_index(source);
  if (pairs_.size() <= index) {
    pairs_.resize(index + 1);
    source_names_.resize(index + 1);
    refusals_.resize(index + 1);
  }
  room_.add_source(static_cast<std::uint16_t>(index));
  pairs_[index] = &registry_.pair(source, settings_.name);
  source_names_[index] = source;
}

void Sink::push(const records::Batch& batch, bool may_wait) {
  const bool waits =
      may_wait && settings_.when_full == config::WhenFull::kBlock;
  if (is_over_) return refuse(batch, metrics::Dropped::kShutdown);
  if (is_full() && !waits) return refuse(batch, metrics::Dropped::kBufferFull);
  room_.pushed(batch.origin().source);
  pair(batch.origin().source).queued.add(batch.records().size());
  outbox_.push(batch);
  pushed(batch);
  publish();
}

void Sink::refuse(const records::Batch& batch, metrics::Dropped why) {
  const std::uint16_t source = batch.origin().source;
  pair(source).dropped[static_cast<std::size_t>(why)].add(
      batch.records().size());
  tell_refusal(source, why);
}

/// A flood may be refused: what is not told must cost nothing.
void Sink::tell_refusal(std::uint16_t source, metrics::Dropped why) {
  log::LineLimit& limit = refusals_[source][static_cast<std::size_t>(why)];
  const auto suppressed = limit.admit(std::chrono::steady_clock::now());
  if (!suppressed) return;
  log::write_limited(
      log::Level::kWarn, "records are dropped", *suppressed,
      {{"source", source_names_[source]},
       {"sink", settings_.name},
       {"reason", metrics::kDroppedNames[static_cast<std::size_t>(why)]}});
}

void Sink::connected() {
  set_is_up(true);
  down_reason_.reset();
  tell_state();
}

void Sink::disconnected(const std::string& why) {
  set_is_up(false);
  down_reason_ = why;
  tell_state();
}

void Sink::observe() {
  if (state_log_) tell_state();
  tell_if_stuck();
}

void Sink::tell_state() {
  if (!state_log_) state_log_.emplace();
  const auto suppressed =
      state_log_->admit(!down_reason_, std::chrono::steady_clock::now());
  if (!suppressed) return;
  const std::string address = to_string(*settings_.address);
  std::vector<log::Field> fields{{"sink", settings_.name},
                                 {"address", address}};
  if (down_reason_) fields.push_back({"reason", *down_reason_});
  if (*suppressed > 0) fields.push_back({"suppressed", *suppressed});
  down_reason_
      ? log::write(log::Level::kWarn, "sink is down, trying again", fields)
      : log::write(log::Level::kInfo, "sink connected", fields);
}

void Sink::tell_if_stuck() {
  const auto now = std::chrono::steady_clock::now();
  if (!room_.is_stuck(now)) return;
  const auto suppressed = stuck_limit_.admit(now);
  if (!suppressed) return;
  log::write_limited(
      log::Level::kWarn,
      "sources wait: the buffer is full and nothing is delivered", *suppressed,
      {{"sink", settings_.name}});
}

void Sink::account() {
  note_progress(metrics::Dropped::kEmpty);
  publish();
  if (!room_.has_room(outbox_.memory_bytes())) return;
  if (!is_behind()) return wake_sources();
  if (room_.has_waiting()) source_waits();
}

std::uint64_t Sink::drop_rest() {
  const std::uint64_t count = outbox_.record_count();
  is_over_ = true;
  outbox_.drop_all();
  note_progress(metrics::Dropped::kShutdown);
  publish();
  return count;
}

void Sink::note_progress(metrics::Dropped why) {
  while (const auto progress = outbox_.next_progress()) {
    count_delivered(*progress);
    count_dropped(*progress, why);
  }
}

void Sink::count_delivered(const records::Progress& progress) {
  metrics::PairCounters& counters = pair(progress.source);
  counters.delivered.add(progress.delivered);
  counters.queued.add(-progress.delivered);
  counters_.bytes.add(progress.delivered_bytes);
  counters_.taken.add(progress.delivered);
  if (progress.delivered > 0) room_.delivered();
}

void Sink::count_dropped(const records::Progress& progress,
                         metrics::Dropped why) {
  metrics::PairCounters& counters = pair(progress.source);
  counters.dropped[static_cast<std::size_t>(why)].add(progress.dropped);
  counters.queued.add(-progress.dropped);
}

/// Adds what has changed: one that is replaced has a queue for a while, too.
void Sink::publish() {
  const std::size_t bytes = outbox_.memory_bytes();
  counters_.queue_bytes.add(bytes - std::exchange(published_bytes_, bytes));
}

}  // namespace cflt::serve::sink
