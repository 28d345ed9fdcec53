#include "daemon/serve/net/sockets.h"

#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>

#include "daemon/base/io.h"
#include "daemon/serve/net/peer.h"

namespace cflt::serve::net {
namespace {

/// What is on its way to a peer on the same machine, of which the kernel makes
/// twice as much for its own use: all of it and the block that comes next fit a
/// second-level cache. Left alone, a buffer grows to 4 MiB (tcp_wmem), and each
/// byte is fetched from memory by all who touch it: 0.41 CPU seconds a GB
/// instead of 0.24 (bench/notes.md). As much with 208 KiB, which is what
/// older kernels permit (net.core.wmem_max), and with 384; not with 160 or 512.
constexpr int kLocalSendBufferBytes = 320 << 10;

/// The addresses of a connection.
struct Ends {
  sockaddr_storage own{};
  sockaddr_storage peer{};
};

std::optional<Ends> ends_of(int fd) {
  Ends ends;
  socklen_t own_size = sizeof(ends.own);
  socklen_t peer_size = sizeof(ends.peer);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&ends.own), &own_size) !=
          0 ||
      ::getpeername(fd, reinterpret_cast<sockaddr*>(&ends.peer), &peer_size) !=
          0) {
    return std::nullopt;
  }
  return ends;
}

}  // namespace

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof(value));
}

bool is_datagram_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_DGRAM;
}

bool is_listening(int fd) {
  int listens = 0;
  socklen_t size = sizeof(listens);
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
         listens != 0;
}

bool is_connected_to_itself(int fd) {
  const std::optional<Ends> ends = ends_of(fd);
  return ends && ends->own.ss_family != AF_UNIX &&
         std::memcmp(&ends->own, &ends->peer, sizeof(ends->own)) == 0;
}

void limit_send_buffer_if_local(int fd) {
  const std::optional<Ends> ends = ends_of(fd);
  const bool is_internet = ends && (ends->own.ss_family == AF_INET ||
                                    ends->own.ss_family == AF_INET6);
  if (is_internet && mapped_address(ends->own) == mapped_address(ends->peer)) {
    set_option(fd, SOL_SOCKET, SO_SNDBUF, kLocalSendBufferBytes);
  }
}

void prepare_stream(int fd) {
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

ssize_t send_pieces(int fd, std::span<const Outgoing> pieces) {
  const std::span<iovec> vectors = base::to_vectors(pieces);
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = vectors.size();
  return ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool has_unacknowledged(int fd) {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

std::uint32_t kernel_drops(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof(info);
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) {
    return 0;
  }
  return info[SK_MEMINFO_DROPS];
}

}  // namespace cflt::serve::net
