#include "daemon/serve/stdin_source.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/serve/log.h"

namespace cflt::daemon {

StdinSource::StdinSource(boost::asio::io_context& io,
                         std::shared_ptr<SourcePort> port,
                         std::function<void()> on_end)
    : io_(io),
      port_(std::move(port)),
      on_end_(std::move(on_end)),
      intake_(port_->intake_options(), port_->redactor(), port_->pool()),
      generation_(port_->generation()),
      stop_event_(Descriptor::own(::eventfd(0, EFD_CLOEXEC))) {}

StdinSource::~StdinSource() {
  wake();
  taken_.release();
  if (thread_.joinable()) thread_.join();
  explicit_bzero(block_.data(), block_.capacity());
}

/// What was read is taken first; the thread's last word comes behind it.
void StdinSource::wake() {
  const std::uint64_t one = 1;
  if (::write(stop_event_.get(), &one, sizeof(one)) < 0) {
    log::error("cannot wake the reader of stdin");
  }
}

void StdinSource::start() {
  port_->add(shared_from_this());
  thread_ = std::thread([this] { read_all(); });
}

void StdinSource::drain() {
  draining_ = true;
  wake();
}

/// On the thread.
void StdinSource::read_all() {
  while (wait_for_input()) {
    const ssize_t size = ::read(STDIN_FILENO, block_.data(), block_.capacity());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size < 0) log::error("stdin", {{"reason", std::strerror(errno)}});
    if (size <= 0) break;
    hand_over(static_cast<std::size_t>(size));
    taken_.acquire();
  }
  hand_over(0);
}

void StdinSource::hand_over(std::size_t size) {
  size_ = size;
  boost::asio::post(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->take();
  });
}

/// False: it is time to stop.
bool StdinSource::wait_for_input() const {
  std::array<pollfd, 2> ready{pollfd{STDIN_FILENO, POLLIN, 0},
                              pollfd{stop_event_.get(), POLLIN, 0}};
  while (::poll(ready.data(), ready.size(), -1) < 0) {
  }
  return ready[1].revents == 0;
}

void StdinSource::take() {
  if (ended_) return;
  if (!port_->may_read()) {
    return port_->call_when_may_read([weak = weak_from_this(), &io = io_] {
      boost::asio::post(io, [weak] {
        if (const auto self = weak.lock()) self->take();
      });
    });
  }
  if (size_ == 0) return end(draining_ ? Closed::kShutdown : Closed::kEnd);
  port_->refresh(intake_, &generation_);
  std::vector<records::Batch> batches;
  // Half a block always fits: an intake never carries more than the other.
  std::memcpy(intake_.room().data(), block_.data(), size_);
  const auto begun = SourcePort::Clock::now();
  intake_.filled(size_, now_ns(), batches);
  explicit_bzero(block_.data(), size_);
  port_->observe(SourcePort::Clock::now() - begun);
  hand_on(batches);
  taken_.release();
}

void StdinSource::hand_on(std::vector<records::Batch>& batches) {
  port_->count(intake_.take_counts());
  port_->deliver(batches, true);
}

void StdinSource::end(Closed why) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // the port lets go of us here
  port_->refresh(intake_, &generation_);
  std::vector<records::Batch> batches;
  intake_.end(now_ns(), batches);
  hand_on(batches);
  port_->remove(this);
  if (why == Closed::kEnd) on_end_();
}

}  // namespace cflt::daemon
