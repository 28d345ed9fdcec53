#include "daemon/serve/source/datagram_source.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "config/memory.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/net/peer.h"
#include "daemon/serve/source/descriptor_facts.h"

namespace cflt::serve::source {
namespace {

using Clock = std::chrono::steady_clock;

/// Room for all slots. Only the pages that datagrams reach are real memory.
constexpr std::size_t kSlotsBytes = config::kDatagramBytes;
/// The largest UDP datagram there is, and a byte.
constexpr std::size_t kUdpSlotBytes = 64 << 10;
/// Unix datagrams are as large as their sender's buffer; this is more than the
/// system's default, and with its terminator fits a block.
constexpr std::size_t kUnixSlotBytes = records::kBlockBytes - 1;

std::size_t slot_bytes_of(int fd) {
  return domain_of(fd) == AF_UNIX ? kUnixSlotBytes : kUdpSlotBytes;
}

/// More than a socket's buffer holds, and not for ever: senders may go on.
constexpr int kLastReads = 4096;

/// Of a socket that cannot be read.
constexpr std::chrono::milliseconds kFirstRetry{100};
constexpr std::chrono::milliseconds kLastRetry{5000};

/// Peers can be many, and their addresses forged: so many are told apart.
constexpr std::size_t kHostsToldApart = 128;

/// The address as it lies there, without the port; of unix sockets none.
std::string_view host_bytes(const sockaddr_storage& address) {
  const auto view = [](const auto& bytes) {
    return std::string_view(reinterpret_cast<const char*>(&bytes),
                            sizeof(bytes));
  };
  if (address.ss_family == AF_INET) {
    return view(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  }
  if (address.ss_family == AF_INET6) {
    return view(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  }
  return {};
}

}  // namespace

/// Where datagrams are read to, as many as one recvmmsg() gives.
struct DatagramSource::Slots {
  /// Those of this thread: a source needs them only while it reads.
  static const std::shared_ptr<Slots>& of_this_thread();

  /// For datagrams of up to `slot_bytes`.
  void arrange(std::size_t slot_bytes);
  char* at(std::size_t i) { return bytes.get() + i * size; }

  static constexpr std::size_t kMaxCount = kSlotsBytes / kUdpSlotBytes;

  const DatagramSource* owner = nullptr;  // whose datagrams lie here
  std::size_t size = 0;
  std::size_t count = 0;
  std::unique_ptr<char[]> bytes =
      std::make_unique_for_overwrite<char[]>(kSlotsBytes);
  std::array<iovec, kMaxCount> vectors;
  std::array<mmsghdr, kMaxCount> messages;
  std::array<sockaddr_storage, kMaxCount> senders;
};

const std::shared_ptr<DatagramSource::Slots>&
DatagramSource::Slots::of_this_thread() {
  static thread_local const auto slots = std::make_shared<Slots>();
  return slots;
}

void DatagramSource::Slots::arrange(std::size_t slot_bytes) {
  if (size != slot_bytes) {
    size = slot_bytes;
    count = kSlotsBytes / slot_bytes;
    for (std::size_t i = 0; i < count; ++i) vectors[i] = {at(i), slot_bytes};
  }
  for (std::size_t i = 0; i < count; ++i) {
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &senders[i];
    messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
}

DatagramSource::DatagramSource(boost::asio::io_context& io,
                               std::shared_ptr<SourcePort> port, Socket socket)
    : io_(io),
      port_(std::move(port)),
      socket_(std::move(socket)),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      slot_bytes_(slot_bytes_of(socket_.native_handle())),
      retry_(io),
      backoff_(kFirstRetry, kLastRetry),
      refusals_(std::chrono::minutes(1), kHostsToldApart),
      generation_(port_->generation()) {}

DatagramSource::~DatagramSource() { release_slots(); }

void DatagramSource::start() {
  port_->add(shared_from_this());
  wait();
}

void DatagramSource::wait() {
  socket_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (error == boost::asio::error::operation_aborted) return;
        if (self->ended_ || self->draining_) return;
        error ? self->fail(error.value()) : self->take_turn();
      });
}

/// Behind what the worker has to do already.
void DatagramSource::take_turn_soon() {
  boost::asio::post(io_, [self = shared_from_this()] { self->take_turn(); });
}

/// The border of a turn.
void DatagramSource::take_turn() {
  const auto self = shared_from_this();  // the port may let go of us
  if (!loop::contained("datagrams were dropped",
                       [this] { take_turn_or_wait(); })) {
    break_off();
  }
}

/// Nobody knows how far what was read has come: none of it leaves.
void DatagramSource::break_off() {
  for (std::size_t i = 0; slots_ != nullptr && i < count_; ++i) {
    explicit_bzero(slots_->at(i), slots_->messages[i].msg_len);
  }
  next_ = count_ = 0;
  batches_.clear();
  release_slots();
  if (!ended_ && !failed_) fail(ENOMEM);
}

void DatagramSource::take_turn_or_wait() {
  if (ended_ || failed_) return;
  if (!claim_slots()) return take_turn_soon();
  Turn turn(Clock::now());
  const bool has_more = read_until_over(turn);
  if (next_ == count_) release_slots();
  if (failed_) return;
  if (has_more && (draining_ || slots_ != nullptr)) return take_turn_soon();
  draining_ ? end(metrics::Closed::kShutdown) : wait();
}

/// False: datagrams of another source lie there. Its turn comes before our
/// next one.
bool DatagramSource::claim_slots() {
  const auto& slots = Slots::of_this_thread();
  if (slots->owner != nullptr && slots->owner != this) return false;
  slots->owner = this;
  slots_ = slots;
  return true;
}

void DatagramSource::release_slots() {
  if (slots_ != nullptr) slots_->owner = nullptr;
  slots_.reset();
}

/// False: the socket is empty, or it cannot be read.
bool DatagramSource::read_until_over(Turn& turn) {
  do {
    if (next_ == count_) {
      if (draining_ && --last_reads_ < 0) return false;
      if (!read_some()) return false;
      turn.read(count_bytes_);
    }
    take_until_over(&turn);
    if (next_ == count_ && count_ < slots_->count) return false;
  } while (!turn.is_over(Clock::now()));
  return true;
}

/// One recvmmsg(). False: nothing came.
bool DatagramSource::read_some() {
  slots_->arrange(slot_bytes_);
  const int count =
      ::recvmmsg(socket_.native_handle(), slots_->messages.data(),
                 static_cast<unsigned>(slots_->count), MSG_DONTWAIT, nullptr);
  if (count < 0 && errno != EAGAIN && errno != EINTR) fail(errno);
  if (count <= 0) return false;
  backoff_.reset();
  next_ = count_bytes_ = 0;
  count_ = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < count_; ++i) {
    count_bytes_ += slots_->messages[i].msg_len;
  }
  return true;
}

/// It may be of one datagram, or pass: what the kernel holds is read then.
void DatagramSource::fail(int error) {
  port_->counters().read_errors.add(1);
  if (draining_) return end(metrics::Closed::kError);
  failed_ = true;
  if (const auto suppressed = failures_.admit(Clock::now())) {
    log::write_limited(
        log::Level::kError, "cannot read datagrams, trying again", *suppressed,
        {{"source", port_->name()}, {"reason", std::strerror(error)}});
  }
  retry_.expires_after(backoff_.next());
  retry_.async_wait([self = shared_from_this()](const auto& timer_error) {
    if (timer_error || self->ended_) return;
    self->failed_ = false;
    self->wait();
  });
}

/// Those that were read. Where time is up (null: it never is) at the end of a
/// block, which is what takes time, the rest stays.
void DatagramSource::take_until_over(const Turn* turn) {
  port_->refresh(intake_, &generation_);
  const auto begun = Clock::now();
  const std::int64_t now = now_ns();
  bool is_over = false;
  while (next_ < count_ && !is_over) {
    const std::size_t known = batches_.size();
    take_one(next_++, now);
    is_over = turn != nullptr && batches_.size() > known &&
              turn->is_over(Clock::now());
  }
  intake_.flush(now, batches_);
  port_->observe(Clock::now() - begun);
  port_->count(intake_.take_counts());
  port_->deliver(batches_, false);
}

void DatagramSource::take_one(std::size_t i, std::int64_t now_ns) {
  const std::size_t size = slots_->messages[i].msg_len;
  if (is_whole_and_permitted(i)) {
    intake_.add({slots_->at(i), size}, now_ns, batches_);
  }
  explicit_bzero(slots_->at(i), size);
}

/// Counts a datagram that is not. One that was cut on its way to us could end
/// in half a secret.
bool DatagramSource::is_whole_and_permitted(std::size_t i) {
  if (!net::is_permitted(slots_->senders[i], port_->source().permit_origin)) {
    refuse(slots_->senders[i]);
    return false;
  }
  if ((slots_->messages[i].msg_hdr.msg_flags & MSG_TRUNC) == 0) return true;
  tell_oversized();
  return false;
}

void DatagramSource::tell_oversized() {
  port_->counters().oversized.add(1);
  const auto suppressed = oversized_.admit(Clock::now());
  if (!suppressed) return;
  log::write_limited(log::Level::kWarn, "datagram is too long, dropped",
                     *suppressed, {{"source", port_->name()}});
}

void DatagramSource::refuse(const sockaddr_storage& sender) {
  port_->counters().not_permitted.add(1);
  const auto suppressed = refusals_.admit(host_bytes(sender), Clock::now());
  if (!suppressed) return;
  const std::string peer = net::peer_name(sender);
  log::write_limited(log::Level::kWarn, "datagram is not permitted",
                     *suppressed, {{"source", port_->name()}, {"peer", peer}});
}

void DatagramSource::drain() {
  if (ended_ || std::exchange(draining_, true)) return;
  last_reads_ = kLastReads;
  failed_ = false;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  take_turn_soon();
}

/// What was read is a record each, also where time is up.
void DatagramSource::end(metrics::Closed) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // the port lets go of us here
  if (slots_ != nullptr) take_until_over(nullptr);
  release_slots();
  retry_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  port_->remove(this);
}

}  // namespace cflt::serve::source
