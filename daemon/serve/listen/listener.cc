#include "daemon/serve/listen/listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/loop/border.h"

namespace cflt::serve::listen {
namespace {

/// Connections taken before others have their turn.
constexpr int kAcceptedInTurn = 32;
/// More than a kernel holds; who comes later comes too late.
constexpr int kMaxBacklog = 8192;
/// Where descriptors or memory have run out.
constexpr std::chrono::milliseconds kExhaustedPause{100};

/// Descriptors that are not given to connections; a quarter, where there are
/// few.
constexpr rlim_t kSpareDescriptors = 16;

/// The kernel gives out the lowest number that is free.
bool has_spare_descriptors(int fd) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto next = base::Descriptor::own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  const auto wanted = static_cast<rlim_t>(next.get()) +
                      std::min(kSpareDescriptors, limit.rlim_cur / 4);
  return next.get() >= 0 && wanted < limit.rlim_cur;
}

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
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
        if (self->stopped_) return;
        error ? self->pause() : self->accept_some();
      });
}

void Listener::accept_some() {
  for (int i = 0; i < kAcceptedInTurn; ++i) {
    const Accepted accepted = accept_one();
    if (stopped_) return;
    if (accepted == Accepted::kNotNow) return pause();
    if (accepted == Accepted::kNone) break;
  }
  wait();
}

void Listener::take_backlog() {
  for (int i = 0; i < kMaxBacklog && !stopped_; ++i) {
    if (accept_one() != Accepted::kOne) return;
  }
}

/// Where not now, errno says why.
Listener::Accepted Listener::accept_one() {
  if (!has_spare_descriptors(socket_.native_handle())) {
    errno = EMFILE;
    return Accepted::kNotNow;
  }
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  auto socket = base::Descriptor::own(
      ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.get() >= 0) {
    loop::contained("a connection was closed", [&] {
      const auto entrance = entrance_;
      on_accept_(*entrance, std::move(socket), peer);
    });
    return Accepted::kOne;
  }
  if (is_exhausted(errno)) return Accepted::kNotNow;
  const bool is_empty = errno == EAGAIN || errno == EWOULDBLOCK;
  // Anything else is about that one connection, which is gone (accept(2)).
  return is_empty ? Accepted::kNone : Accepted::kOne;
}

void Listener::pause() {
  log::limited(log::Level::kError, "cannot accept, trying again", "accept",
               {{"reason", std::strerror(errno)}});
  ++pauses_;
  timer_.expires_after(kExhaustedPause);
  timer_.async_wait(
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && !self->stopped_) self->accept_some();
      });
}

}  // namespace cflt::serve::listen
