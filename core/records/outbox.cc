#include "core/records/outbox.h"

#include <algorithm>
#include <utility>

namespace cflt::records {

Outbox::Outbox(const WireOptions& options, std::optional<SyslogHeader> header)
    : wire_(options), header_(std::move(header)) {}

void Outbox::push(Batch batch) {
  if (batch.records().empty()) return;
  std::string header;
  if (header_ && !batch.origin().is_syslog) {
    header = header_->text(batch.received_ns());
  }
  const std::size_t memory =
      batch.memory_bytes() + header.capacity() + kEntryBytes;
  record_count_ += batch.records().size();
  memory_bytes_ += memory;
  entries_.push_back({std::move(batch), std::move(header), memory});
}

std::span<const Outgoing> Outbox::gather() {
  pieces_.clear();
  pieces_.skip(written_);
  std::size_t next = next_;
  for (Entry& entry : entries_) {
    if (pieces_.full()) break;
    escape(entry);
    takes_runs(entry) ? gather_runs(entry, next) : gather_records(entry, next);
    next = 0;
  }
  return pieces_.all();
}

void Outbox::escape(Entry& entry) {
  if (std::exchange(entry.is_escaped, true)) return;
  auto escaped = wire_.escaped(entry.batch);
  if (!escaped) return;
  const std::size_t before = entry.batch.memory_bytes();
  entry.batch = std::move(*escaped);
  entry.memory_bytes += entry.batch.memory_bytes() - before;
  memory_bytes_ += entry.batch.memory_bytes() - before;
}

void Outbox::gather_records(const Entry& entry, std::size_t next) {
  const auto records = entry.batch.records();
  for (; next < records.size() && !pieces_.full(); ++next) {
    if (!wire_.can_carry(records[next])) continue;
    wire_.add(entry.batch, records[next], entry.header, pieces_);
  }
}

void Outbox::gather_runs(const Entry& entry, std::size_t next) {
  const auto records = entry.batch.records();
  while (next < records.size() && !pieces_.full()) {
    const std::size_t end = entry.batch.run_end(next);
    wire_.add_run(entry.batch, next, end, pieces_);
    next = end;
  }
}

void Outbox::wrote(std::size_t size) {
  written_ += size;
  while (!entries_.empty()) {
    const Entry& front = entries_.front();
    note(takes_runs(front) ? pass_runs(front) : pass_records(front));
    if (next_ < front.batch.records().size()) return;
    pop();
  }
}

/// Goes on behind the records whose frames were written.
Progress Outbox::pass_records(const Entry& entry) {
  const auto records = entry.batch.records();
  Progress done{entry.batch.origin().source};
  for (; next_ < records.size(); ++next_) {
    if (!wire_.can_carry(records[next_])) {
      ++done.dropped;
      continue;
    }
    const std::size_t frame = wire_.size(records[next_], entry.header);
    if (written_ < frame) break;
    written_ -= frame;
    ++done.delivered;
    done.delivered_bytes += frame;
  }
  return done;
}

Progress Outbox::pass_runs(const Entry& entry) {
  const auto records = entry.batch.records();
  Progress done{entry.batch.origin().source};
  const auto pass = [&](std::size_t to, std::size_t bytes) {
    done.delivered += to - next_;
    done.delivered_bytes += bytes;
    written_ -= bytes;
    next_ = to;
  };
  while (next_ < records.size()) {
    const std::size_t end = entry.batch.run_end(next_);
    const std::size_t begin_at = wire_.frame_at(records[next_]);
    const std::size_t run = wire_.frame_end(records[end - 1]) - begin_at;
    if (written_ >= run) {
      pass(end, run);
      continue;
    }
    // The last record of the run that begins where was written, or before.
    const auto rest = records.subspan(next_, end - next_);
    const auto behind = std::ranges::upper_bound(
        rest, begin_at + written_, {},
        [this](const Record& record) { return wire_.frame_at(record); });
    const auto to = next_ + static_cast<std::size_t>(behind - rest.begin()) - 1;
    pass(to, wire_.frame_at(records[to]) - begin_at);
    break;
  }
  return done;
}

std::optional<Outbox::Datagram> Outbox::datagram(std::size_t ahead) const {
  if (entries_.empty()) return std::nullopt;
  const Entry& front = entries_.front();
  const auto records = front.batch.records();
  if (next_ + ahead >= records.size()) return std::nullopt;
  return Datagram{Outgoing({front.header.data(), front.header.size()}),
                  Outgoing(front.batch.bytes(records[next_ + ahead]))};
}

void Outbox::sent(std::size_t count) {
  const Entry& front = entries_.front();
  const auto records = front.batch.records().subspan(next_, count);
  Progress done{front.batch.origin().source, count};
  for (const Record& record : records) {
    done.delivered_bytes += wire_.size(record, front.header);
  }
  passed(done);
}

void Outbox::passed(const Progress& done) {
  next_ += done.delivered + done.dropped;
  note(done);
  if (next_ == entries_.front().batch.records().size()) pop();
}

Progress Outbox::drop_front() {
  const Entry& front = entries_.front();
  const Progress dropped{front.batch.origin().source, 0, 0, 1};
  --record_count_;
  ++next_;
  if (next_ == front.batch.records().size()) pop();
  return dropped;
}

void Outbox::pop() {
  memory_bytes_ -= entries_.front().memory_bytes;
  entries_.pop_front();
  settled_ -= std::min<std::size_t>(settled_, 1);
  next_ = 0;
}

void Outbox::note(const Progress& progress) {
  record_count_ -= progress.delivered + progress.dropped;
  if (progress.delivered + progress.dropped == 0) return;
  if (!progress_.empty() && progress_.back().source == progress.source) {
    progress_.back().delivered += progress.delivered;
    progress_.back().delivered_bytes += progress.delivered_bytes;
    progress_.back().dropped += progress.dropped;
    return;
  }
  progress_.push_back(progress);
}

std::optional<Progress> Outbox::next_progress() {
  if (progress_.empty()) return std::nullopt;
  const Progress progress = progress_.front();
  progress_.pop_front();
  return progress;
}

void Outbox::settle() {
  // The front may have shrunk since; all others are looked at once.
  for (std::size_t i = 0; i < entries_.size(); i = std::max(i + 1, settled_)) {
    Entry& entry = entries_[i];
    const std::size_t first = i == 0 ? next_ : 0;
    const auto rest = entry.batch.records().subspan(first);
    const std::size_t held =
        rest.back().at + std::size_t{rest.back().size} - rest.front().at;
    if (held >= entry.batch.block().size() / 4) continue;
    const Batch copy = entry.batch.copy_from(first);
    const std::size_t memory =
        entry.memory_bytes + copy.memory_bytes() - entry.batch.memory_bytes();
    if (memory >= entry.memory_bytes / 2) continue;
    memory_bytes_ += memory - entry.memory_bytes;
    entry.memory_bytes = memory;
    entry.batch = copy;
    if (i == 0) next_ = 0;
  }
  settled_ = entries_.size();
}

void Outbox::drop_all() {
  written_ = 0;
  while (!entries_.empty()) {
    const Entry& front = entries_.front();
    note({front.batch.origin().source, 0, 0,
          front.batch.records().size() - next_});
    pop();
  }
}

}  // namespace cflt::records
