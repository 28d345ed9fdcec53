#include "daemon/serve/sink/datagram_sink.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <cerrno>
#include <cstring>
#include <limits>

#include "daemon/serve/sink/failed_write.h"

namespace cflt::serve::sink {
namespace {

namespace asio = boost::asio;

/// What UDP over IPv4 can carry. Unix sockets take what their buffer takes.
constexpr std::size_t kMaxUdpBytes = 65'507;
/// Datagrams of one sendmmsg().
constexpr std::size_t kSentAtOnce = 64;
constexpr int kSendsInTurn = 16;

}  // namespace

DatagramSink::DatagramSink(asio::io_context& io, const config::Sink& sink,
                           std::size_t max_bytes, metrics::Registry& registry)
    : NetworkSink(io, sink, max_bytes, registry, Reconnect::Tries::kNext),
      socket_(io),
      max_bytes_(sink.address->scheme == config::Address::Scheme::kUdp
                     ? kMaxUdpBytes
                     : std::numeric_limits<std::size_t>::max()) {}

void DatagramSink::stop() {
  stop_connecting();
  Error ignored;
  socket_.close(ignored);
  set_is_up(false);
}

void DatagramSink::try_address(std::size_t address) {
  const auto endpoint =
      endpoint_of<asio::local::datagram_protocol::endpoint,
                  asio::ip::udp::endpoint, Protocol::endpoint>(address);
  Error error;
  socket_.close(error);
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) socket_.connect(endpoint, error);
  if (error) return act(reconnect().attempt_failed(), error.message());
  reconnect().connected();
  reconnect().worked();
  waits_writable_ = false;
  connected();
  flush();
}

void DatagramSink::flush() {
  for (int i = 0; i < kSendsInTurn && may_send(); ++i) {
    if (!send_once()) break;
  }
  if (may_send()) wait_writable();
  settle();
  account();
}

/// False: the socket takes no more for now.
bool DatagramSink::send_once() {
  const int count = send_some();
  if (count <= 0) return recover(errno);
  count_truncated(static_cast<std::size_t>(count));
  outbox().sent(static_cast<std::size_t>(count));
  return true;
}

/// One sendmmsg(): datagrams sent, or -1 and errno.
int DatagramSink::send_some() {
  std::array<mmsghdr, kSentAtOnce> messages{};
  std::array<std::array<iovec, 2>, kSentAtOnce> vectors;
  unsigned count = 0;
  for (; count < kSentAtOnce; ++count) {
    const auto datagram = outbox().datagram(count);
    if (!datagram) break;
    const Bytes header = datagram->header.bytes();
    const Bytes payload = datagram->payload.bytes();
    const std::size_t size =
        std::min(payload.size(), max_bytes_ - header.size());
    vectors[count] = {iovec{const_cast<char*>(header.data()), header.size()},
                      iovec{const_cast<char*>(payload.data()), size}};
    messages[count].msg_hdr.msg_iov = vectors[count].data();
    messages[count].msg_hdr.msg_iovlen = 2;
  }
  return ::sendmmsg(socket_.native_handle(), messages.data(), count,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// Of the next `count` datagrams, which have left.
void DatagramSink::count_truncated(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto datagram = outbox().datagram(i);
    const std::size_t size =
        datagram->header.bytes().size() + datagram->payload.bytes().size();
    if (size > max_bytes_) counters().truncated.add(1);
  }
}

/// A send has failed. True: the next may follow at once.
bool DatagramSink::recover(int error) {
  switch (after_failed_send(error, settings().address->scheme)) {
    case AfterFailedSend::kRetryNow:
      return true;
    case AfterFailedSend::kWaitUntilWritable:
      return false;
    case AfterFailedSend::kReconnect:
      act(reconnect().lost(), std::strerror(error));
      return false;
    case AfterFailedSend::kDrop:
      break;
  }
  drop_front();
  return true;
}

void DatagramSink::drop_front() {
  count_dropped(outbox().drop_front(), metrics::Dropped::kRefused);
}

void DatagramSink::wait_writable() {
  waits_writable_ = true;
  socket_.async_wait(asio::socket_base::wait_write,
                     [self = self()](const Error& error) {
                       if (error || self->reconnect().is_stopped()) return;
                       self->waits_writable_ = false;
                       self->flush();
                     });
}

}  // namespace cflt::serve::sink
