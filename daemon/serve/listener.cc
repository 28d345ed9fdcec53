#include "daemon/serve/listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/serve/limited_log.h"

namespace cflt::daemon {
namespace {

/// Connections taken before others have their turn.
constexpr int kAcceptedInTurn = 32;
/// Where descriptors or memory have run out.
constexpr std::chrono::milliseconds kPause{100};

/// Descriptors that are not given to connections.
constexpr rlim_t kSpareDescriptors = 16;

/// The kernel gives out the lowest number that is free.
bool has_spare_descriptors(int fd) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto next = Descriptor::own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  const auto wanted = static_cast<rlim_t>(next.get()) + kSpareDescriptors;
  return next.get() >= 0 && wanted < limit.rlim_cur;
}

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
}

}  // namespace

Listener::Listener(boost::asio::io_context& io, Descriptor socket,
                   OnAccept on_accept)
    : socket_(io, socket.release()),
      timer_(io),
      on_accept_(std::move(on_accept)) {}

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
    if (!has_spare_descriptors(socket_.native_handle())) {
      errno = EMFILE;
      return pause();
    }
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    auto socket = Descriptor::own(
        ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                  &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.get() >= 0) {
      on_accept_(std::move(socket), peer);
      if (stopped_) return;
      continue;
    }
    if (is_exhausted(errno)) return pause();
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Anything else is about that one connection, which is gone (accept(2)).
  }
  wait();
}

void Listener::pause() {
  log::limited(log::Level::kError, "cannot accept, trying again", "accept",
               {{"reason", std::strerror(errno)}});
  ++pauses_;
  timer_.expires_after(kPause);
  timer_.async_wait(
      [self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && !self->stopped_) self->accept_some();
      });
}

}  // namespace cflt::daemon
