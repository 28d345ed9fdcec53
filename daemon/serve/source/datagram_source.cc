#include "daemon/serve/source/datagram_source.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/net/peer.h"

namespace cflt::serve::source {
namespace {

using Clock = std::chrono::steady_clock;

/// Of a socket that cannot be read.
constexpr std::chrono::milliseconds kFirstRetry{100};
constexpr std::chrono::milliseconds kLastRetry{5000};

/// Peers can be many, and their addresses forged: of so many each has a limit
/// of its own, further ones share one.
constexpr std::size_t kMaxHosts = 128;

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

DatagramSource::DatagramSource(boost::asio::io_context& io,
                               std::shared_ptr<Source> source, Socket socket)
    : io_(io),
      source_(std::move(source)),
      socket_(std::move(socket)),
      intake_(source_->intake_options(), source_->redactor(), source_->pool()),
      slot_bytes_(DatagramSlots::slot_bytes_for(socket_.native_handle())),
      retry_(io),
      backoff_(kFirstRetry, kLastRetry),
      refusals_(std::chrono::minutes(1), kMaxHosts),
      generation_(source_->generation()) {}

DatagramSource::~DatagramSource() { release_slots(); }

void DatagramSource::start() {
  source_->add(shared_from_this());
  wait();
}

void DatagramSource::wait() {
  socket_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (error == boost::asio::error::operation_aborted) return;
        if (!self->life_.waits_for_datagrams()) return;
        error ? self->fail(error.value()) : self->take_turn();
      });
}

/// Behind what the worker has to do already.
void DatagramSource::take_turn_soon() {
  boost::asio::post(io_, [self = shared_from_this()] { self->take_turn(); });
}

/// The border of a turn.
void DatagramSource::take_turn() {
  const auto self = shared_from_this();  // the source may let go of us
  if (!loop::contained("datagrams were dropped",
                       [this] { take_turn_or_go_on(); })) {
    break_off();
  }
}

/// Nobody knows how far what was read has come: none of it leaves.
void DatagramSource::break_off() {
  batches_.clear();
  release_slots();
  if (life_.takes_turns()) fail(ENOMEM);
}

void DatagramSource::take_turn_or_go_on() {
  if (!life_.takes_turns()) return;
  if (!claim_slots()) return take_turn_soon();
  Turn turn(Clock::now());
  const auto turned = read_until_over(turn);
  if (turned != DatagramLife::Turned::kHolds) release_slots();
  go_on(life_.after_turn(turned));
}

void DatagramSource::go_on(DatagramLife::Next next) {
  switch (next) {
    case DatagramLife::Next::kWait:
      return wait();
    case DatagramLife::Next::kTurnSoon:
      return take_turn_soon();
    case DatagramLife::Next::kRetry:
      return retry_later();
    case DatagramLife::Next::kEnd:
      return end(metrics::Closed::kShutdown);
    case DatagramLife::Next::kNothing:
      break;
  }
}

/// False: datagrams of another source lie there. Its turn comes before our
/// next one.
bool DatagramSource::claim_slots() {
  const auto& slots = DatagramSlots::of_this_thread();
  if (!slots->claim(this)) return false;
  slots_ = slots;
  return true;
}

void DatagramSource::release_slots() {
  if (slots_ != nullptr) slots_->release();
  slots_.reset();
}

DatagramLife::Turned DatagramSource::read_until_over(Turn& turn) {
  do {
    if (slots_->empty() && !read_some(turn)) {
      return DatagramLife::Turned::kEmpty;
    }
    take_until_over(&turn);
    if (slots_->empty() && !slots_->were_filled()) {
      return DatagramLife::Turned::kEmpty;
    }
  } while (!turn.is_over(Clock::now()));
  return slots_->empty() ? DatagramLife::Turned::kTaken
                         : DatagramLife::Turned::kHolds;
}

/// False: nothing came, or enough has come.
bool DatagramSource::read_some(Turn& turn) {
  if (!life_.begin_read()) return false;
  const int count = slots_->read(socket_.native_handle(), slot_bytes_);
  if (count < 0 && errno != EAGAIN && errno != EINTR) fail(errno);
  if (count <= 0) return false;
  backoff_.reset();
  turn.read(slots_->read_bytes());
  return true;
}

/// It may be of one datagram, or pass: what the kernel holds is read then.
void DatagramSource::fail(int error) {
  source_->counters().read_errors.add(1);
  const auto next = life_.fail();
  if (next != DatagramLife::Next::kRetry) return go_on(next);
  if (const auto suppressed = failures_.admit(Clock::now())) {
    log::write_limited(
        log::Level::kError, "cannot read datagrams, trying again", *suppressed,
        {{"source", source_->name()}, {"reason", std::strerror(error)}});
  }
  go_on(next);
}

void DatagramSource::retry_later() {
  retry_.expires_after(backoff_.next());
  retry_.async_wait([self = shared_from_this()](const auto& error) {
    if (!error) self->go_on(self->life_.retry());
  });
}

/// Those that were read. Where time is up (null: it never is) at the end of a
/// block, which is what takes time, the rest stays.
void DatagramSource::take_until_over(const Turn* turn) {
  source_->refresh(intake_, &generation_);
  const auto begun = Clock::now();
  const std::int64_t now = now_ns();
  bool is_over = false;
  while (!slots_->empty() && !is_over) {
    const std::size_t known = batches_.size();
    take_one(now);
    is_over = turn != nullptr && batches_.size() > known &&
              turn->is_over(Clock::now());
  }
  intake_.flush(now, batches_);
  source_->observe(Clock::now() - begun);
  source_->count(intake_.take_counts());
  source_->deliver(batches_, false);
}

void DatagramSource::take_one(std::int64_t now_ns) {
  const DatagramSlots::Datagram datagram = slots_->front();
  if (is_whole_and_permitted(datagram)) {
    intake_.add(datagram.bytes, now_ns, batches_);
  }
  slots_->pop();
}

/// Counts a datagram that is not. One that was cut on its way to us could end
/// in half a secret.
bool DatagramSource::is_whole_and_permitted(
    const DatagramSlots::Datagram& datagram) {
  if (!net::is_permitted(datagram.sender, source_->settings().permit_origin)) {
    refuse(datagram.sender);
    return false;
  }
  if (datagram.is_cut) tell_oversized();
  return !datagram.is_cut;
}

void DatagramSource::tell_oversized() {
  source_->counters().oversized.add(1);
  const auto suppressed = oversized_.admit(Clock::now());
  if (!suppressed) return;
  log::write_limited(log::Level::kWarn, "datagram is too long, dropped",
                     *suppressed, {{"source", source_->name()}});
}

void DatagramSource::refuse(const sockaddr_storage& sender) {
  source_->counters().not_permitted.add(1);
  const auto suppressed = refusals_.admit(host_bytes(sender), Clock::now());
  if (!suppressed) return;
  const std::string peer = net::peer_name(sender);
  log::write_limited(log::Level::kWarn, "datagram is not permitted",
                     *suppressed,
                     {{"source", source_->name()}, {"peer", peer}});
}

void DatagramSource::drain() {
  const auto next = life_.drain();
  if (next == DatagramLife::Next::kNothing) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  go_on(next);
}

/// What was read is a record each, also where time is up.
void DatagramSource::end(metrics::Closed) {
  if (!life_.end()) return;
  const auto self = shared_from_this();  // the source lets go of us here
  if (slots_ != nullptr) take_until_over(nullptr);
  release_slots();
  retry_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  source_->remove(this);
}

}  // namespace cflt::serve::source
