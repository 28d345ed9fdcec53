#include "daemon/serve/listen/listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"

namespace cflt::serve::listen {
namespace {

/// More than a kernel holds; who comes later comes too late.
constexpr int kMaxBacklog = 8192;
/// Where descriptors or memory have run out.
constexpr std::chrono::milliseconds kExhaustedPause{100};

/// The kernel gives out the lowest number that is free.
bool has_spare_descriptors(int fd) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto next = base::Descriptor::own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return next.get() >= 0 &&
         leaves_spare_descriptors(static_cast<rlim_t>(next.get()),
                                  limit.rlim_cur);
}

}  // namespace

Listener::Listener(boost::asio::io_context& io, base::Descriptor socket,
                   OnAccept on_accept)
    : socket_(io, socket.get()), timer_(io), on_accept_(std::move(on_accept)) {
  socket.release();
}

void Listener::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void Listener::wait() {
  socket_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const boost::system::error_code& error) {
        error ? void(self->go_on({Accepted::kNotNow, error.value()}))
              : self->accept_some();
      });
}

void Listener::accept_some() {
  while (!stopped_ && go_on(accept_one())) {
  }
}

/// True: to the next attempt.
bool Listener::go_on(const Attempt& attempt) {
  if (stopped_) return false;
  switch (pace_.next(attempt.accepted)) {
    case AcceptPace::Next::kAccept:
      return true;
    case AcceptPace::Next::kWait:
      wait();
      break;
    case AcceptPace::Next::kPause:
      pause(attempt.error);
      break;
  }
  return false;
}

void Listener::take_backlog() {
  for (int i = 0; i < kMaxBacklog && !stopped_; ++i) {
    if (accept_one().accepted != Accepted::kOne) return;
  }
}

Listener::Attempt Listener::accept_one() {
  if (!has_spare_descriptors(socket_.native_handle())) {
    return {Accepted::kNotNow, EMFILE};
  }
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  auto socket = base::Descriptor::own(
      ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.get() < 0) {
    const int error = errno;
    return {accepted_of_error(error), error};
  }
  hand_on(std::move(socket), peer);
  return {Accepted::kOne};
}

void Listener::hand_on(base::Descriptor connection,
                       const sockaddr_storage& peer) {
  loop::contained("a connection was closed", [&] {
    const auto entrance = entrance_;
    on_accept_(*entrance, std::move(connection), peer);
  });
}

void Listener::pause(int error) {
  log::limited(log::Level::kError, "cannot accept, trying again", "accept",
               {{"reason", std::strerror(error)}});
  timer_.expires_after(kExhaustedPause);
  timer_.async_wait([self = shared_from_this()](
                        const boost::system::error_code& timer_error) {
    if (!timer_error) self->accept_some();
  });
}

}  // namespace cflt::serve::listen
