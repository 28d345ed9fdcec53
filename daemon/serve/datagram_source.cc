#include "daemon/serve/datagram_source.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <utility>

#include "config/memory.h"
#include "daemon/serve/limited_log.h"
#include "daemon/serve/sockets.h"

namespace cflt::daemon {
namespace {

/// Room for all slots. Only the pages that datagrams reach are real memory.
constexpr std::size_t kSlotsBytes = config::kDatagramBytes;
/// The largest UDP datagram there is, and a byte.
constexpr std::size_t kUdpSlotBytes = 64 << 10;
/// Unix datagrams are as large as their sender's buffer; this is more than the
/// system's default, and with its terminator fits a block.
constexpr std::size_t kUnixSlotBytes = records::kBlockBytes - 1;

std::size_t slot_bytes_of(int fd) {
  int domain = AF_UNIX;
  socklen_t size = sizeof(domain);
  ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain == AF_UNIX ? kUnixSlotBytes : kUdpSlotBytes;
}
/// recvmmsg() calls before others have their turn.
constexpr int kReadsInTurn = 8;
constexpr std::size_t kTurnBytes = 16 << 20;  // more than SO_RCVBUF gives
constexpr int kLastReads = 4096;

}  // namespace

/// Where datagrams are read to, as many as one recvmmsg() gives.
struct DatagramSource::Slots {
  /// Those of this thread, each of `slot_bytes`: a source needs them only while
  /// it reads.
  static Slots& of_this_thread(std::size_t slot_bytes);

  char* at(std::size_t i) { return bytes.get() + i * size; }

  static constexpr std::size_t kMaxCount = kSlotsBytes / kUdpSlotBytes;

  std::size_t size = 0;
  std::size_t count = 0;
  std::unique_ptr<char[]> bytes =
      std::make_unique_for_overwrite<char[]>(kSlotsBytes);
  std::array<iovec, kMaxCount> vectors;
  std::array<mmsghdr, kMaxCount> messages;
  std::array<sockaddr_storage, kMaxCount> senders;
};

DatagramSource::Slots& DatagramSource::Slots::of_this_thread(
    std::size_t slot_bytes) {
  static thread_local Slots slots;
  if (slots.size != slot_bytes) {
    slots.size = slot_bytes;
    slots.count = kSlotsBytes / slot_bytes;
    for (std::size_t i = 0; i < slots.count; ++i) {
      slots.vectors[i] = {slots.at(i), slot_bytes};
    }
  }
  return slots;
}

DatagramSource::DatagramSource(std::shared_ptr<SourcePort> port, Socket socket)
    : port_(std::move(port)),
      socket_(std::move(socket)),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      slot_bytes_(slot_bytes_of(socket_.native_handle())),
      generation_(port_->generation()) {}

void DatagramSource::start() {
  port_->add(shared_from_this());
  wait();
}

void DatagramSource::wait() {
  socket_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (self->ended_ || error == boost::asio::error::operation_aborted) {
          return;
        }
        if (error) return self->end(Closed::kError);
        self->read_up_to(kReadsInTurn);
        self->wait();
      });
}

/// At most so many recvmmsg(), fewer where the socket is empty.
void DatagramSource::read_up_to(int reads) {
  turn_bytes_ = 0;
  slots_ = &Slots::of_this_thread(slot_bytes_);
  for (int i = 0; i < reads && turn_bytes_ < kTurnBytes; ++i) {
    if (read_some() < slots_->count) return;
  }
}

/// One recvmmsg(). How many datagrams came.
std::size_t DatagramSource::read_some() {
  for (std::size_t i = 0; i < slots_->count; ++i) {
    slots_->messages[i] = {};
    slots_->messages[i].msg_hdr.msg_iov = &slots_->vectors[i];
    slots_->messages[i].msg_hdr.msg_iovlen = 1;
    slots_->messages[i].msg_hdr.msg_name = &slots_->senders[i];
    slots_->messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
  const int count =
      ::recvmmsg(socket_.native_handle(), slots_->messages.data(),
                 static_cast<unsigned>(slots_->count), MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  take(static_cast<std::size_t>(count));
  return static_cast<std::size_t>(count);
}

void DatagramSource::take(std::size_t count) {
  port_->refresh(intake_, &generation_);
  const auto begun = SourcePort::Clock::now();
  const std::int64_t now = now_ns();
  for (std::size_t i = 0; i < count; ++i) {
    turn_bytes_ += slots_->messages[i].msg_len;
    if (is_taken(i)) {
      intake_.add({slots_->at(i), slots_->messages[i].msg_len}, now, batches_);
    }
    explicit_bzero(slots_->at(i), slots_->messages[i].msg_len);
  }
  intake_.flush(now, batches_);
  port_->observe(SourcePort::Clock::now() - begun);
  port_->count(intake_.take_counts());
  port_->deliver(batches_, false);
}

/// Counts a datagram that is not. One that was cut on its way to us could end
/// in half a secret.
bool DatagramSource::is_taken(std::size_t i) {
  if (!is_permitted(slots_->senders[i], port_->source().permit_origin)) {
    refuse(slots_->senders[i]);
    return false;
  }
  if ((slots_->messages[i].msg_hdr.msg_flags & MSG_TRUNC) == 0) return true;
  port_->counters().oversized.add(1);
  log::limited(log::Level::kWarn, "datagram is too long, dropped",
               port_->name(), {{"source", port_->name()}});
  return false;
}

void DatagramSource::refuse(const sockaddr_storage& sender) {
  port_->counters().not_permitted.add(1);
  const std::string peer = peer_name(sender);
  log::limited_for_peer(log::Level::kWarn, "datagram is not permitted",
                        port_->name(), peer,
                        {{"source", port_->name()}, {"peer", peer}});
}

/// More than a socket's buffer holds, and not for ever: senders may go on.
void DatagramSource::drain() {
  if (!ended_) read_up_to(kLastReads);
  end(Closed::kShutdown);
}

void DatagramSource::end(Closed) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // the port lets go of us here
  boost::system::error_code ignored;
  socket_.close(ignored);
  port_->remove(this);
}

}  // namespace cflt::daemon
