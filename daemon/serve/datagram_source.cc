#include "daemon/serve/datagram_source.h"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "daemon/serve/limited_log.h"
#include "daemon/serve/sockets.h"

namespace cflt::daemon {
namespace {

/// The largest datagram there is, and a byte.
constexpr std::size_t kSlotBytes = 64 << 10;
/// Datagrams of one recvmmsg().
constexpr std::size_t kSlotCount = 64;
/// recvmmsg() calls before others have their turn.
constexpr int kReadsInTurn = 8;

}  // namespace

/// Where datagrams are read to. Of a slot, only the pages that datagrams reach
/// are ever real memory.
struct DatagramSource::Slots {
  std::unique_ptr<char[]> bytes =
      std::make_unique_for_overwrite<char[]>(kSlotCount * kSlotBytes);
  std::array<iovec, kSlotCount> vectors;
  std::array<mmsghdr, kSlotCount> messages;
  std::array<sockaddr_storage, kSlotCount> senders;
};

DatagramSource::DatagramSource(boost::asio::io_context& io,
                               std::shared_ptr<SourcePort> port,
                               Descriptor socket)
    : port_(std::move(port)),
      socket_(io, socket.release()),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      slots_(std::make_unique<Slots>()),
      generation_(port_->generation()) {
  for (std::size_t i = 0; i < kSlotCount; ++i) {
    slots_->vectors[i] = {slots_->bytes.get() + i * kSlotBytes, kSlotBytes};
  }
}

DatagramSource::~DatagramSource() = default;

void DatagramSource::start() {
  port_->add(this);
  wait();
}

void DatagramSource::wait() {
  socket_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (error || self->ended_) return;
        for (int i = 0; i < kReadsInTurn; ++i) {
          if (self->read_some() < kSlotCount) break;
        }
        self->wait();
      });
}

/// One recvmmsg(). How many datagrams came.
std::size_t DatagramSource::read_some() {
  for (std::size_t i = 0; i < kSlotCount; ++i) {
    slots_->messages[i] = {};
    slots_->messages[i].msg_hdr.msg_iov = &slots_->vectors[i];
    slots_->messages[i].msg_hdr.msg_iovlen = 1;
    slots_->messages[i].msg_hdr.msg_name = &slots_->senders[i];
    slots_->messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
  const int count = ::recvmmsg(socket_.native_handle(), slots_->messages.data(),
                               kSlotCount, MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  take(static_cast<std::size_t>(count));
  return static_cast<std::size_t>(count);
}

void DatagramSource::take(std::size_t count) {
  if (generation_ != port_->generation()) {
    generation_ = port_->generation();
    intake_.change(port_->intake_options(), port_->redactor());
  }
  const auto begun = SourcePort::Clock::now();
  const std::int64_t now = now_ns();
  const auto& networks = port_->source().permit_origin;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_permitted(slots_->senders[i], networks)) {
      refuse(slots_->senders[i]);
      continue;
    }
    const char* bytes = slots_->bytes.get() + i * kSlotBytes;
    intake_.add({bytes, slots_->messages[i].msg_len}, now, batches_);
  }
  intake_.flush(now, batches_);
  for (std::size_t i = 0; i < count; ++i) {
    explicit_bzero(slots_->bytes.get() + i * kSlotBytes,
                   slots_->messages[i].msg_len);
  }
  port_->observe(SourcePort::Clock::now() - begun);
  port_->count(intake_.take_counts());
  port_->deliver(batches_, false);
}

void DatagramSource::refuse(const sockaddr_storage& sender) {
  port_->counters().not_permitted.add(1);
  log::limited(log::Level::kWarn, "datagram is not permitted", port_->name(),
               {{"source", port_->name()}, {"peer", peer_name(sender)}});
}

void DatagramSource::drain() {
  while (!ended_ && read_some() > 0) {
  }
  end(Closed::kShutdown);
}

void DatagramSource::end(Closed) {
  if (ended_) return;
  ended_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  port_->remove(this);
}

}  // namespace cflt::daemon
