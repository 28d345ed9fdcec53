#include "daemon/serve/sink/stream_sink.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <chrono>

#include "daemon/base/system_error.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/net/sockets.h"

namespace cflt::serve::sink {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// For one address; a host that is gone may never answer.
constexpr std::chrono::seconds kConnectTimeout{10};

/// Between two looks at the other handlers.
constexpr int kWritesInTurn = 8;

}  // namespace

StreamSink::StreamSink(asio::io_context& io, const config::Sink& sink,
                       std::size_t max_bytes, metrics::Registry& registry)
    : NetworkSink(io, sink, max_bytes, registry, Reconnect::Tries::kAll),
      socket_(io),
      pause_(io) {}

void StreamSink::stop() {
  if (reconnect().is_up() && end_.peer_speaks() &&
      net::has_unacknowledged(socket_.native_handle())) {
    warn_of_loss("it speaks, and does not read");
  }
  stop_connecting();
  error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
  set_is_up(false);
}

void StreamSink::warn_of_loss(const std::string& why) {
  log::warn("closed before the peer had taken all that was sent to it",
            {{"sink", settings().name}, {"reason", why}});
}

void StreamSink::finish() {
  end_.finish();
  end_stream();
}

void StreamSink::end_stream() {
  if (!reconnect().is_up() || !outbox().empty() || !end_.end_our_side()) return;
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

bool StreamSink::is_finished() {
  if (!outbox().empty()) return false;
  if (!reconnect().is_up()) return true;
  // A unix socket's peer can read what it has after our end.
  if (settings().address->scheme == config::Address::Scheme::kUnix) return true;
  if (net::has_unacknowledged(socket_.native_handle())) return false;
  return end_.may_close(std::chrono::steady_clock::now());
}

void StreamSink::try_address(std::size_t address) {
  const auto endpoint =
      endpoint_of<asio::local::stream_protocol::endpoint,
                  asio::ip::tcp::endpoint, Protocol::endpoint>(address);
  error_code error;
  socket_.close(error);
  socket_.open(endpoint.protocol(), error);
  if (error) return finish_attempt(error);
  limit_attempt();
  socket_.async_connect(endpoint, [self = self()](const Error& result) {
    if (!self->reconnect().is_stopped()) self->finish_attempt(result);
  });
}

void StreamSink::limit_attempt() {
  timer().expires_after(kConnectTimeout);
  timer().async_wait([self = self()](const Error& error) {
    if (error || self->reconnect().is_up()) return;
    error_code ignored;
    self->socket_.close(ignored);
  });
}

void StreamSink::finish_attempt(const Error& error) {
  timer().cancel();
  if (!error && socket_.is_open() &&
      !net::is_connected_to_itself(socket_.native_handle())) {
    return begin_connection();
  }
  const bool timed_out = !error || error == asio::error::operation_aborted;
  const Error why = timed_out ? asio::error::timed_out : error;
  act(reconnect().attempt_failed(), why.message());
}

void StreamSink::begin_connection() {
  net::prepare_stream(socket_.native_handle());
  net::limit_send_buffer_if_local(socket_.native_handle());
  error_code ignored;
  socket_.non_blocking(true, ignored);
  reconnect().connected();
  end_.connected();
  waits_writable_ = false;
  connected();
  wait_peer();
  outbox().restart();
  flush();
}

/// The next connection begins with a whole frame.
void StreamSink::give_up_connection() {
  error_code ignored;
  socket_.close(ignored);
  outbox().restart();
}

void StreamSink::flush() {
  for (int i = 0; i < kWritesInTurn && may_write(); ++i) {
    if (!write_once()) break;
  }
  if (may_write()) wait_writable();
  settle();
  account();
  end_stream();
}

void StreamSink::pushed(const records::Batch& batch) {
  if (const auto taken = batch.records(); !taken.empty()) {
    const records::Record& last = taken.back();
    pacing_.pushed(last.at + last.size - taken.front().at + 1);
  }
  flush();
}

bool StreamSink::is_behind() const {
  return reconnect().is_up() && waits_writable_ &&
         pacing_.is_behind(outbox().memory_bytes());
}

void StreamSink::source_waits() {
  if (!is_behind() || !pacing_.begin_pause()) return;
  pause_.expires_after(ReadPacing::kPause);
  pause_.async_wait([self = self()](const Error& error) {
    if (!error && !self->reconnect().is_stopped()) self->end_pause();
  });
}

void StreamSink::end_pause() {
  pacing_.end_pause();
  wake_sources();  // where it is full, they go on waiting
}

/// False: there is no more room, or the connection is gone.
bool StreamSink::write_once() {
  const std::span<const Outgoing> pieces = outbox().gather();
  std::size_t size = 0;
  for (const Outgoing& piece : pieces) size += piece.bytes().size();
  const ssize_t sent = net::send_pieces(socket_.native_handle(), pieces);
  if (sent < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return false;
    act(reconnect().lost(), base::last_system_error().message());
    return false;
  }
  if (sent > 0) reconnect().worked();
  counters().taken.add(static_cast<std::uint64_t>(sent));
  outbox().wrote(static_cast<std::size_t>(sent));
  return static_cast<std::size_t>(sent) == size;
}

void StreamSink::wait_writable() {
  waits_writable_ = true;
  socket_.async_wait(asio::socket_base::wait_write,
                     [self = self()](const Error& error) {
                       if (error || self->reconnect().is_stopped()) return;
                       self->waits_writable_ = false;
                       self->flush();
                     });
}

/// A peer says nothing: what can be read is its end.
void StreamSink::wait_peer() {
  socket_.async_wait(asio::socket_base::wait_read,
                     [self = self()](const Error& error) {
                       if (!error && self->reconnect().is_up()) {
                         self->hear_peer();
                       }
                     });
}

void StreamSink::hear_peer() {
  std::array<char, 4096> ignored;
  const ssize_t count =
      ::recv(socket_.native_handle(), ignored.data(), ignored.size(), 0);
  if (count == 0) return end_of_peer({});
  if (count < 0 && errno != EAGAIN && errno != EINTR) {
    return end_of_peer(base::last_system_error().message());
  }
  if (count > 0) end_.peer_spoke();
  wait_peer();
}

void StreamSink::end_of_peer(const std::string& error) {
  if (!end_.peer_ended()) {
    const std::string why = error.empty() ? "closed by the peer" : error;
    return act(reconnect().lost(), why);
  }
  if (!error.empty()) warn_of_loss(error);
  stop();
}

}  // namespace cflt::serve::sink
