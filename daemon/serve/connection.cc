#include "daemon/serve/connection.h"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "daemon/serve/limited_log.h"
#include "daemon/serve/sockets.h"

namespace cflt::daemon {
namespace {

namespace asio = boost::asio;

boost::asio::generic::stream_protocol protocol_of(int fd) {
  int domain = AF_UNIX;
  socklen_t size = sizeof(domain);
  ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return {domain, 0};
}

log::Level level_of(Closed why) {
  return why == Closed::kEnd || why == Closed::kShutdown ? log::Level::kDebug
                                                         : log::Level::kWarn;
}

}  // namespace

Connection::Connection(asio::io_context& io, std::shared_ptr<SourcePort> port,
                       Descriptor socket, std::string peer,
                       std::function<void()> on_end)
    : io_(io),
      port_(std::move(port)),
      socket_(io, protocol_of(socket.get()), socket.get()),
      peer_(std::move(peer)),
      on_end_(std::move(on_end)),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      share_(port_->budget(), [this] { end(Closed::kMemoryLimit); }),
      generation_(port_->generation()) {
  socket.release();
}

void Connection::start() {
  port_->add(this);
  port_->counters().connections_opened.add(1);
  port_->counters().connections_open.add(1);
  wait();
}

void Connection::wait() {
  socket_.async_wait(
      Socket::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (!self->ended_ && !error) self->on_readable();
      });
}

void Connection::park() {
  parked_ = true;
  port_->call_when_may_read([self = shared_from_this()] {
    self->parked_ = false;
    self->read_soon();
  });
}

/// Behind what the worker has to do already.
void Connection::read_soon() {
  asio::post(io_, [self = shared_from_this()] {
    if (!self->ended_) self->on_readable();
  });
}

void Connection::on_readable() {
  if (!port_->may_read()) return park();
  const bool was_read = read_once();
  if (ended_) return;
  if (!draining_) return wait();
  was_read ? read_soon() : end(Closed::kShutdown);
}

/// False: there is nothing to read now, or the connection has ended.
bool Connection::read_once() {
  apply_changes();
  const std::span<char> room = intake_.room();
  const ssize_t size =
      ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (size > 0) {
    take(static_cast<std::size_t>(size));
    return true;
  }
  if (size == 0) {
    end(Closed::kEnd);
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    end(Closed::kError);
  }
  return false;
}

void Connection::take(std::size_t size) {
  std::vector<records::Batch> batches;
  const auto begun = Clock::now();
  const bool framed = intake_.filled(size, now_ns(), batches);
  const bool was_partial = held_ > 0;
  last_read_ = Clock::now();
  if (!was_partial || !batches.empty()) partial_since_ = last_read_;
  port_->observe(last_read_ - begun);
  hand_on(batches);
  hold_partial();
  if (!framed) end(Closed::kBadFraming);
}

/// Of a reload.
void Connection::apply_changes() {
  if (generation_ == port_->generation()) return;
  generation_ = port_->generation();
  intake_.change(port_->intake_options(), port_->redactor());
}

void Connection::hand_on(std::vector<records::Batch>& batches) {
  port_->count(intake_.take_counts());
  port_->deliver(batches, true);
}

/// May end this connection, or another.
void Connection::hold_partial() {
  const std::size_t holds = intake_.held_bytes();
  if (holds == held_) return;
  port_->counters().partial_bytes.add(holds - held_);
  held_ = holds;
  share_.hold(holds);
}

void Connection::drain() {
  if (ended_ || draining_) return;
  draining_ = true;
  // What is parked goes on when there is room; what waits for bytes, now.
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (!parked_) read_soon();
}

void Connection::end(Closed why) {
  if (ended_) return;
  ended_ = true;
  std::vector<records::Batch> batches;
  apply_changes();
  intake_.end(now_ns(), batches);
  hand_on(batches);
  hold_partial();
  boost::system::error_code ignored;
  socket_.close(ignored);
  port_->counters().closed[static_cast<std::size_t>(why)].add(1);
  port_->counters().connections_open.add(-std::uint64_t{1});
  port_->remove(this);
  const char* reason = kClosedNames[static_cast<std::size_t>(why)];
  log::limited(
      level_of(why), "connection closed", port_->name() + reason,
      {{"source", port_->name()}, {"peer", peer_}, {"reason", reason}});
  on_end_();
}

void Connection::check_time(Clock::time_point now) {
  const config::Source& source = port_->source();
  const auto passed = [now](Clock::time_point since, auto limit) {
    return limit.count() > 0 && now - since >= limit;
  };
  if (held_ > 0 && passed(partial_since_, source.record_timeout)) {
    end(Closed::kRecordTimeout);
  } else if (passed(last_read_, source.idle_timeout)) {
    end(Closed::kIdleTimeout);
  }
}

}  // namespace cflt::daemon
