#include "daemon/serve/source/stdin_source.h"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cstring>
#include <utility>

#include "daemon/serve/log/log.h"
#include "daemon/serve/loop/border.h"

namespace cflt::serve::source {
namespace {

/// Between two interrupts of a reader that is to come to its end.
constexpr std::chrono::milliseconds kHurry{5};

/// Where there is no thread or descriptor for a reader.
constexpr std::chrono::seconds kStartAgain{1};

metrics::Closed reason_of(StdinReader::State state) {
  switch (state) {
    case StdinReader::State::kEnded:
      return metrics::Closed::kEnd;
    case StdinReader::State::kFailed:
      return metrics::Closed::kError;
    case StdinReader::State::kDrained:
    case StdinReader::State::kGoesOn:
      break;
  }
  return metrics::Closed::kShutdown;
}

}  // namespace

StdinSource::StdinSource(boost::asio::io_context& io,
                         std::shared_ptr<Source> source,
                         std::function<void()> on_end)
    : io_(io),
      source_(std::move(source)),
      on_end_(std::move(on_end)),
      timer_(io) {
  renew_intake(source_->intake_options());
}

StdinSource::~StdinSource() = default;

void StdinSource::start() {
  source_->add(shared_from_this());
  reader_ = std::make_unique<StdinReader>(
      STDIN_FILENO,
      [weak = weak_from_this(), &io = io_] { take_soon(weak, io); });
  start_reader();
}

void StdinSource::start_reader() {
  if (state_ != State::kStarting) return;
  if (!reader_->start()) return start_reader_later();
  state_ = State::kReading;
  if (source_ != nullptr) reader_->ask();
}

/// errno says why there is none now.
void StdinSource::start_reader_later() {
  log::error("cannot begin to read stdin, trying again",
             {{"reason", std::strerror(errno)}});
  timer_.expires_after(kStartAgain);
  timer_.async_wait([weak = weak_from_this()](const auto& error) {
    const auto self = weak.lock();
    if (!error && self != nullptr) self->start_reader();
  });
}

void StdinSource::move_to(std::shared_ptr<Source> source) {
  if (has_ended() || source == source_) return;
  if (source == nullptr) return rest();
  if (source_ != nullptr) source_->remove(this);
  source_ = std::move(source);
  source_->add(shared_from_this());
  generation_ = source_->generation() - 1;  // of another source: it has changed
  refresh();
  reader_->ask();
  take_soon(weak_from_this(), io_);
}

/// What has been read is the old source's, also where its sinks are full, but
/// for a record that goes on.
void StdinSource::rest() {
  reader_->pause();
  if (!reader_->block().empty()) take_block();
  source_->remove(this);
  source_.reset();
}

/// On the worker's thread.
void StdinSource::take_soon(const std::weak_ptr<StdinSource>& weak,
                            boost::asio::io_context& io) {
  boost::asio::post(io, [weak] {
    if (const auto self = weak.lock()) self->take();
  });
}

void StdinSource::drain() {
  if (has_ended() || state_ == State::kDraining) return;
  if (source_ == nullptr || state_ == State::kStarting) {
    return end(metrics::Closed::kShutdown);
  }
  state_ = State::kDraining;
  reader_->drain();
  hurry_reader();
}

/// Until it is over: see StdinReader::interrupt().
void StdinSource::hurry_reader() {
  if (has_ended() || reader_->is_over()) return;
  reader_->interrupt();
  timer_.expires_after(kHurry);
  timer_.async_wait([weak = weak_from_this()](const auto& error) {
    const auto self = weak.lock();
    if (!error && self != nullptr) self->hurry_reader();
  });
}

/// The border of what comes from the reader.
void StdinSource::take() {
  const auto self = shared_from_this();  // the source may let go of us
  if (!loop::contained("stdin was given up", [this] { take_or_wait(); })) {
    break_off();
  }
}

/// Nobody knows how far what was read has come: none of it leaves.
void StdinSource::break_off() {
  if (std::exchange(state_, State::kEnded) == State::kEnded) return;
  if (source_ == nullptr) return;
  timer_.cancel();
  reader_->stop();
  source_->counters().read_errors.add(1);
  source_->remove(this);
  on_end_();
}

/// What the reader brought, if it is not taken yet.
void StdinSource::take_or_wait() {
  if (has_ended() || source_ == nullptr || !reader_->has_news()) return;
  if (!source_->may_read()) {
    return source_->call_when_may_read(
        [weak = weak_from_this(), &io = io_] { take_soon(weak, io); });
  }
  if (reader_->is_over()) return end(reason_of(reader_->state()));
  take_block();
  reader_->ask();
}

void StdinSource::take_block() {
  refresh();
  std::vector<records::Batch> batches;
  const std::span<const char> block = reader_->block();
  std::memcpy(intake_->room().data(), block.data(), block.size());
  const auto begun = Source::Clock::now();
  intake_->filled(block.size(), now_ns(), batches);
  reader_->took();
  source_->observe(Source::Clock::now() - begun);
  hand_on(batches);
}

/// Another framing counts from the next record that begins a block: a record
/// that has begun ends as it began.
void StdinSource::refresh() {
  const records::IntakeOptions options = source_->intake_options();
  if (options.framing != framing_ && !intake_->has_partial()) {
    return renew_intake(options);
  }
  source_->refresh(*intake_, &generation_);
}

void StdinSource::renew_intake(const records::IntakeOptions& options) {
  intake_ = std::make_unique<records::Intake>(options, source_->redactor(),
                                              source_->pool());
  framing_ = options.framing;
  generation_ = source_->generation();
}

void StdinSource::hand_on(std::vector<records::Batch>& batches) {
  source_->count(intake_->take_counts());
  source_->deliver(batches, true);
}

/// A record that is not complete ends here. But for kEnd it is we who cut it:
/// it may go on in stdin.
void StdinSource::end(metrics::Closed why) {
  if (std::exchange(state_, State::kEnded) == State::kEnded) return;
  const auto self = shared_from_this();  // the source lets go of us here
  const auto how = why == metrics::Closed::kEnd ? records::End::kByPeer
                                                : records::End::kByUs;
  timer_.cancel();
  reader_->stop();
  if (source_ == nullptr) return tell_what_is_left();
  source_->counters().read_errors.add(why == metrics::Closed::kError ? 1 : 0);
  if (!reader_->block().empty()) take_block();  // it waited for a sink
  refresh();
  std::vector<records::Batch> batches;
  intake_->end(now_ns(), batches, how);
  hand_on(batches);
  source_->remove(this);
  if (why == metrics::Closed::kShutdown) tell_what_is_left();
  if (why != metrics::Closed::kShutdown) on_end_();
}

/// At a shutdown.
void StdinSource::tell_what_is_left() {
  const bool is_dropped = source_ == nullptr &&
                          (intake_->has_partial() || !reader_->block().empty());
  if (is_dropped) {
    log::warn("a record of stdin was dropped, no source reads stdin any more");
  }
  if (const std::uint64_t unread = reader_->unread_bytes(); unread > 0) {
    log::warn("stdin was not read to its end", {{"unread_bytes", unread}});
  }
}

}  // namespace cflt::serve::source
