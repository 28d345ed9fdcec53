#include "daemon/serve/source/connection.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"

namespace cflt::serve::source {
namespace {

namespace asio = boost::asio;

/// More than a socket's buffers hold: the sender may go on for ever.
constexpr int kReadsAtEnd = 64;

boost::asio::generic::stream_protocol protocol_of(int fd) {
  int domain = AF_UNIX;
  socklen_t size = sizeof(domain);
  ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return {domain, 0};
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

std::size_t unread_bytes(int fd) {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 ? static_cast<std::size_t>(bytes)
                                            : 0;
}

}  // namespace

Connection::Connection(asio::io_context& io, std::shared_ptr<SourcePort> port,
                       base::Descriptor socket, std::string peer,
                       std::function<void()> on_end)
    : io_(io),
      port_(std::move(port)),
      socket_(io, protocol_of(socket.get()), socket.get()),
      peer_(std::move(peer)),
      on_end_(std::move(on_end)),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      share_(port_->budget(), [this] { end(metrics::Closed::kMemoryLimit); }),
      generation_(port_->generation()) {
  socket.release();
}

void Connection::start() {
  port_->add(shared_from_this());
  port_->counters().connections_opened.add(1);
  port_->counters().connections_open.add(1);
  wait();
}

void Connection::wait() {
  socket_.async_wait(
      Socket::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (self->ended_ || error == asio::error::operation_aborted) return;
        self->guarded([&] {
          error ? self->end(metrics::Closed::kError) : self->on_readable();
        });
      });
}

void Connection::park() {
  parked_ = true;
  port_->call_when_may_read([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->parked_ = false;
    // It was us who did not read: the sender's time begins now.
    self->last_read_ = self->partial_since_ = Clock::now();
    self->read_soon();
  });
}

/// Behind what the worker has to do already.
void Connection::read_soon() {
  asio::post(io_, [self = shared_from_this()] {
    if (!self->ended_) self->guarded([&self] { self->on_readable(); });
  });
}

/// The border of its handlers.
template <class Step>
void Connection::guarded(Step step) {
  const auto self = shared_from_this();  // the port may let go of us
  if (!loop::contained("a connection was closed", step)) break_off();
}

/// Nobody knows how far what was read has come: none of it leaves.
void Connection::break_off() {
  port_->counters().partial_bytes.add(-std::exchange(held_, 0));
  share_.hold(0);
  close(metrics::Closed::kError);
}

void Connection::on_readable() {
  if (!port_->may_read()) return park();
  const bool was_read = read_once();
  if (ended_) return;
  if (!draining_) return wait();
  const bool goes_on = was_read && ++reads_at_end_ < kReadsAtEnd;
  goes_on ? read_soon() : end(metrics::Closed::kShutdown);
}

/// False: there is nothing to read now, or the connection has ended.
bool Connection::read_once() {
  port_->refresh(intake_, &generation_);
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
  last_read_ = Clock::now();
  if (held_ == 0 || !batches.empty()) {
    partial_since_ = last_read_;
    share_.begin_anew();
  }
  port_->observe(last_read_ - begun);
  hand_on(batches);
  hold_partial();
  if (ended_) return;  // memory_limit
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
                        port_->name() + '\0' + protocol, peer_,
                        {{"source", port_->name()},
                         {"peer", peer_},
                         {"protocol", protocol},
                         {"advice", advice}});
}

/// Nothing of the connection can be read any more.
void Connection::lose_framing() {
  port_->counters().lost_bytes.add(unread_bytes(socket_.native_handle()));
  end(framing::is_foreign(intake_.opening()) ? metrics::Closed::kWrongProtocol
                                             : metrics::Closed::kBadFraming);
}

void Connection::hand_on(std::vector<records::Batch>& batches) {
  port_->count(intake_.take_counts());
  port_->deliver(batches, true);
}

/// May end this connection, or another.
void Connection::hold_partial() {
  const std::size_t holds = intake_.held_bytes();
  port_->counters().partial_bytes.add(holds - std::exchange(held_, holds));
  share_.hold(holds);  // also where it is as much as before: see take()
}

void Connection::drain() {
  if (ended_ || draining_) return;
  draining_ = true;
  // What is parked goes on when there is room; what waits for bytes, now.
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (!parked_) read_soon();
}

void Connection::end(metrics::Closed why) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // the port lets go of us here
  std::vector<records::Batch> batches;
  port_->refresh(intake_, &generation_);
  intake_.end(now_ns(), batches, end_of(why));
  hand_on(batches);
  hold_partial();
  close(why);
}

void Connection::close(metrics::Closed why) {
  if (std::exchange(closed_, true)) return;
  ended_ = true;
  port_->counters().closed[static_cast<std::size_t>(why)].add(1);
  port_->counters().connections_open.add(-std::uint64_t{1});
  port_->remove(this);
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
      port_->name() + '\0' + reason, peer_,
      {{"source", port_->name()}, {"peer", peer_}, {"reason", reason}});
}

void Connection::check_time(Clock::time_point now) {
  if (parked_) return;
  const config::Source& source = port_->source();
  const auto passed = [now](Clock::time_point since, auto limit) {
    return limit.count() > 0 && now - since >= limit;
  };
  if (held_ > 0 && passed(partial_since_, source.record_timeout)) {
    record_timed_out(now);
  } else if (passed(last_read_, source.idle_timeout)) {
    end(metrics::Closed::kIdleTimeout);
  }
}

/// The sender of a line may take its time: what is decided of it goes on. Bytes
/// that a count promises and that do not come will not come at all.
void Connection::record_timed_out(Clock::time_point now) {
  const bool still_comes = now - last_read_ < port_->source().record_timeout;
  if (intake_.waits_for_count() && !still_comes) {
    return end(metrics::Closed::kRecordTimeout);
  }
  if (!port_->may_read()) return;
  port_->refresh(intake_, &generation_);
  std::vector<records::Batch> batches;
  intake_.release(now_ns(), batches);
  partial_since_ = now;
  share_.begin_anew();
  hand_on(batches);
  hold_partial();
}

}  // namespace cflt::serve::source
