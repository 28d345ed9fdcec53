#include "daemon/serve/source/connection.h"

#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/source/descriptor_facts.h"

namespace cflt::serve::source {
namespace {

namespace asio = boost::asio;

boost::asio::generic::stream_protocol protocol_of(int fd) {
  return {domain_of(fd), 0};
}

/// What an opening is called, and what to do about it.
struct Advice {
  const char* protocol;
  const char* advice;
};

Advice advice_for(framing::Opening opening) {
  switch (opening) {
    case framing::Opening::kTls:
      return {"TLS",
              "send plain syslog to this source, or end TLS in front of it"};
    case framing::Opening::kProxy:
      return {"PROXY", "turn the PROXY protocol off in front of this source"};
    default:
      return {"HTTP", "taken as lines; is this the wrong port?"};
  }
}

}  // namespace

Connection::Connection(asio::io_context& io, std::shared_ptr<Source> source,
                       base::Descriptor socket, std::string peer,
                       std::function<void()> on_end)
    : io_(io),
      source_(std::move(source)),
      socket_(io, protocol_of(socket.get()), socket.get()),
      peer_(std::move(peer)),
      on_end_(std::move(on_end)),
      intake_(source_->intake_options(), source_->redactor(), source_->pool()),
      share_(source_->budget(), [this] { end(metrics::Closed::kMemoryLimit); }),
      generation_(source_->generation()) {
  socket.release();
}

void Connection::start() {
  source_->add(shared_from_this());
  source_->counters().connections_opened.add(1);
  source_->counters().connections_open.add(1);
  wait();
}

void Connection::wait() {
  socket_.async_wait(
      Socket::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (self->has_ended() || error == asio::error::operation_aborted)
          return;
        self->guarded([&] {
          error ? self->end(metrics::Closed::kError) : self->on_readable();
        });
      });
}

void Connection::park() {
  life_.park();
  source_->call_when_may_read([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->resume();
  });
}

void Connection::resume() {
  clock_.begin_anew(Clock::now());
  go_on(life_.resume());
}

void Connection::go_on(ConnectionLife::Next next) {
  switch (next) {
    case ConnectionLife::Next::kWait:
      return wait();
    case ConnectionLife::Next::kReadSoon:
      return read_soon();
    case ConnectionLife::Next::kEnd:
      return end(metrics::Closed::kShutdown);
    case ConnectionLife::Next::kNothing:
      break;
  }
}

/// Behind what the worker has to do already.
void Connection::read_soon() {
  asio::post(io_, [self = shared_from_this()] {
    if (!self->has_ended()) self->guarded([&self] { self->on_readable(); });
  });
}

/// The border of its handlers.
template <class Step>
void Connection::guarded(Step step) {
  const auto self = shared_from_this();  // the source may let go of us
  if (!loop::contained("a connection was closed", step)) break_off();
}

/// Nobody knows how far what was read has come: none of it leaves.
void Connection::break_off() {
  source_->counters().partial_bytes.add(-std::exchange(held_, 0));
  share_.hold(0);
  close(metrics::Closed::kError);
}

void Connection::on_readable() {
  if (!source_->may_read()) return park();
  const bool got_bytes = read_once();
  go_on(life_.after_read(got_bytes));
}

/// False: there is nothing to read now, or the connection has ended.
bool Connection::read_once() {
  source_->refresh(intake_, &generation_);
  const std::span<char> room = intake_.room();
  const ssize_t size =
      ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (size > 0) {
    take(static_cast<std::size_t>(size));
    return true;
  }
  const int error = errno;
  intake_.cancel();
  if (size == 0) {
    end(metrics::Closed::kEnd);
  } else if (error != EAGAIN && error != EWOULDBLOCK && error != EINTR) {
    end(metrics::Closed::kError);
  }
  return false;
}

void Connection::take(std::size_t size) {
  std::vector<records::Batch> batches;
  const auto begun = Clock::now();
  const bool framed = intake_.filled(size, now_ns(), batches);
  const auto now = Clock::now();
  clock_.read(now);
  if (held_ == 0 || !batches.empty()) begin_record(now);
  source_->observe(now - begun);
  hand_on(batches);
  hold_partial();
  if (has_ended()) return;  // memory_limit
  has_read_ = true;
  tell_opening();
  if (!framed) lose_framing();
}

/// Once, where the connection does not begin with syslog.
void Connection::tell_opening() {
  const framing::Opening opening = intake_.opening();
  if (opening == std::exchange(told_opening_, opening) ||
      opening == framing::Opening::kRecords) {
    return;
  }
  const auto [protocol, advice] = advice_for(opening);
  log::limited_for_peer(log::Level::kWarn, "not syslog, but another protocol",
                        source_->name() + '\0' + protocol, peer_,
                        {{"source", source_->name()},
                         {"peer", peer_},
                         {"protocol", protocol},
                         {"advice", advice}});
}

/// Nothing of the connection can be read any more.
void Connection::lose_framing() {
  source_->counters().lost_bytes.add(unread_bytes(socket_.native_handle()));
  end(framing::is_foreign(intake_.opening()) ? metrics::Closed::kWrongProtocol
                                             : metrics::Closed::kBadFraming);
}

void Connection::hand_on(std::vector<records::Batch>& batches) {
  source_->count(intake_.take_counts());
  source_->deliver(batches, true);
}

/// May end this connection, or another.
void Connection::hold_partial() {
  const std::size_t holds = intake_.held_bytes();
  source_->counters().partial_bytes.add(holds - std::exchange(held_, holds));
  share_.hold(holds);  // also where it is as much as before: see take()
}

void Connection::drain() {
  const auto next = life_.drain();
  if (next == ConnectionLife::Next::kNothing) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  go_on(next);
}

void Connection::end(metrics::Closed why) {
  if (!life_.end()) return;
  const auto self = shared_from_this();  // the source lets go of us here
  std::vector<records::Batch> batches;
  source_->refresh(intake_, &generation_);
  intake_.end(now_ns(), batches, end_of(why));
  hand_on(batches);
  hold_partial();
  close(why);
}

void Connection::close(metrics::Closed why) {
  if (!life_.close()) return;
  source_->counters().closed[static_cast<std::size_t>(why)].add(1);
  source_->counters().connections_open.add(-std::uint64_t{1});
  source_->remove(this);
  tell_end(why);
  on_end_();
  // Last: who sees our end finds it counted, and may connect in its place.
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// A health check may end by a reset, before it has sent a byte.
void Connection::tell_end(metrics::Closed why) {
  const bool is_usual =
      why == metrics::Closed::kEnd || why == metrics::Closed::kShutdown ||
      why == metrics::Closed::kWrongProtocol ||  // see tell_opening()
      (why == metrics::Closed::kError && !has_read_);
  const char* reason = metrics::kClosedNames[static_cast<std::size_t>(why)];
  log::limited_for_peer(
      is_usual ? log::Level::kDebug : log::Level::kWarn, "connection closed",
      source_->name() + '\0' + reason, peer_,
      {{"source", source_->name()}, {"peer", peer_}, {"reason", reason}});
}

void Connection::check_time(Clock::time_point now) {
  if (life_.is_parked()) return;
  switch (clock_.look(timeouts(), held(), now)) {
    case SessionClock::Action::kEndIdle:
      return end(metrics::Closed::kIdleTimeout);
    case SessionClock::Action::kEndRecord:
      return end(metrics::Closed::kRecordTimeout);
    case SessionClock::Action::kReleaseRecord:
      return release_record(now);
    case SessionClock::Action::kNothing:
      break;
  }
}

SessionClock::Timeouts Connection::timeouts() const {
  const config::Source& source = source_->settings();
  return {source.idle_timeout, source.record_timeout};
}

SessionClock::Held Connection::held() const {
  if (held_ == 0) return SessionClock::Held::kNothing;
  return intake_.waits_for_count() ? SessionClock::Held::kCounted
                                   : SessionClock::Held::kRecord;
}

/// Where a sink is full, it waits until that has room.
void Connection::release_record(Clock::time_point now) {
  if (!source_->may_read()) return;
  source_->refresh(intake_, &generation_);
  std::vector<records::Batch> batches;
  intake_.release(now_ns(), batches);
  begin_record(now);
  hand_on(batches);
  hold_partial();
}

/// What is held from now on is the youngest.
void Connection::begin_record(Clock::time_point now) {
  clock_.begin_record(now);
  share_.begin_anew();
}

}  // namespace cflt::serve::source
