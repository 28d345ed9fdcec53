#include "daemon/serve/sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include "config/address.h"
#include "daemon/serve/unix_access.h"

namespace cflt::daemon {
namespace {

using Scheme = config::Address::Scheme;
using Made = boost::system::result<BoundSocket, SocketFailure>;
using AllMade = boost::system::result<std::vector<BoundSocket>, SocketFailure>;

/// What Linux calls the most; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 4096;
/// Bursts of datagrams wait here; the kernel cuts it to net.core.rmem_max.
constexpr int kReceiveBufferBytes = 8 << 20;
/// What is on its way to a peer on the same machine, of which the kernel makes
/// twice as much for its own use: all of it and the block that comes next fit a
/// second-level cache. Left alone, a buffer grows to 4 MiB (tcp_wmem), and each
/// byte is fetched from memory by all who touch it: 0.41 CPU seconds a GB
/// instead of 0.24 (bench/notes.md). As much with 208 KiB, which is what
/// older kernels permit (net.core.wmem_max), and with 384; not with 160 or 512.
constexpr int kLocalSendBufferBytes = 320 << 10;

SocketFailure failure(const config::Address& address, const char* what) {
  const int error = errno;
  return {
      fmt::format("{}: {}: {}", to_string(address), what, std::strerror(error)),
      error};
}

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof(value));
}

Descriptor make_socket(int family, bool datagram) {
  const int type = datagram ? SOCK_DGRAM : SOCK_STREAM;
  return Descriptor::own(
      ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

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

/// Listens, or makes room for bursts.
bool open_up(int fd, bool datagram) {
  if (!datagram) return ::listen(fd, kBacklog) == 0;
  set(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  return true;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// Several lines of a hosts file may say the same.
bool is_repeated(const addrinfo* list, const addrinfo& found) {
  for (; list != &found; list = list->ai_next) {
    if (list->ai_addrlen == found.ai_addrlen &&
        std::memcmp(list->ai_addr, found.ai_addr, found.ai_addrlen) == 0) {
      return true;
    }
  }
  return false;
}

/// An address that the name has, and this machine does not.
bool is_elsewhere(int error) {
  return error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

Made bind_to(const config::Address& address, const addrinfo& found) {
  Descriptor fd = make_socket(found.ai_family, config::is_datagram(address));
  if (fd.get() < 0) return failure(address, "socket");
  // For UDP it would let others share the port, and take what comes.
  if (!config::is_datagram(address)) set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  // [::] means both, whatever the machine's default is.
  if (found.ai_family == AF_INET6) set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(fd.get(), found.ai_addr, found.ai_addrlen) != 0) {
    return failure(address, "bind");
  }
  if (!open_up(fd.get(), config::is_datagram(address))) {
    return failure(address, "listen");
  }
  return BoundSocket{std::move(fd), {}, {}};
}

/// `localhost` is 127.0.0.1 to some senders and ::1 to others: all addresses
/// of a name are bound.
AllMade bind_internet(const config::Address& address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = config::is_datagram(address) ? SOCK_DGRAM : SOCK_STREAM;
  addrinfo* list = nullptr;
  const int problem =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(),
                    &hints, &list);
  if (problem != 0) {
    return SocketFailure{
        fmt::format("{}: {}", to_string(address), ::gai_strerror(problem))};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  std::vector<BoundSocket> sockets;
  SocketFailure last;
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    if (is_repeated(list, *found)) continue;
    auto made = bind_to(address, *found);
    if (made.has_value()) {
      sockets.push_back(std::move(*made));
    } else if (last = made.error(); !is_elsewhere(last.error)) {
      return last;
    }
  }
  if (sockets.empty()) return last;
  return sockets;
}

bool is_socket(const char* path) {
  struct stat status {};
  return ::lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// True where nobody is at the other end of a unix socket's file.
bool is_abandoned(const sockaddr_un& name, bool datagram) {
  const Descriptor probe = make_socket(AF_UNIX, datagram);
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name),
                   sizeof(name)) != 0 &&
         errno == ECONNREFUSED;
}

Made bind_unix(const config::Source& source) {
  const config::Address& address = *source.address;
  const bool datagram = config::is_datagram(address);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  CFLT_CHECK(address.path.size() < sizeof(name.sun_path));
  address.path.copy(name.sun_path, sizeof(name.sun_path) - 1);
  Descriptor fd = make_socket(AF_UNIX, datagram);
  if (fd.get() < 0) return failure(address, "socket");
  FileSetAside replaced;
  if (is_socket(name.sun_path) && is_abandoned(name, datagram)) {
    replaced = FileSetAside(address.path);
  }
  // Nobody may send before all is set: Linux makes the file with the mode of
  // the socket, less the umask.
  if (source.mode) ::fchmod(fd.get(), *source.mode & S_IRWXU);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name),
             sizeof(name)) != 0) {
    return failure(address, "bind");
  }
  return BoundSocket{std::move(fd), std::move(replaced),
                     SocketFile(address.path)};
}

bool is_in(const std::array<std::uint8_t, 16>& address,
           const config::Network& network) {
  const auto& base = network.mapped_address;
  const std::size_t whole = network.mapped_prefix / 8;
  if (!std::equal(base.begin(), base.begin() + whole, address.begin())) {
    return false;
  }
  const unsigned rest = network.mapped_prefix % 8;
  return rest == 0 || (base[whole] ^ address[whole]) >> (8 - rest) == 0;
}

}  // namespace

void throw_exception_from_error(const SocketFailure& failure,
                                const boost::source_location&) {
  throw std::runtime_error(failure.message);
}

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

SocketFile::~SocketFile() {
  if (!path_.empty() && is_there()) ::unlink(path_.c_str());
}

bool SocketFile::is(const struct stat& status) const {
  return status.st_dev == device_ && status.st_ino == inode_;
}

bool SocketFile::is_there() const {
  struct stat status {};
  return ::lstat(path_.c_str(), &status) == 0 && is(status);
}

FileSetAside::FileSetAside(std::string path)
    : path_(std::move(path)),
      aside_(fmt::format("{}.{}.old", path_, ::getpid())) {
  if (::rename(path_.c_str(), aside_.c_str()) != 0) aside_.clear();
}

FileSetAside& FileSetAside::operator=(FileSetAside&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(aside_, other.aside_);
  return *this;
}

FileSetAside::~FileSetAside() {
  struct stat status {};
  if (aside_.empty()) return;
  if (::lstat(path_.c_str(), &status) == 0) {
    let_go();
  } else {
    ::rename(aside_.c_str(), path_.c_str());
  }
}

void FileSetAside::let_go() {
  if (!aside_.empty()) ::unlink(aside_.c_str());
  aside_.clear();
}

std::array<std::uint8_t, 16> mapped_address(const sockaddr_storage& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(bytes.data(), &v6.sin6_addr, 16);
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    bytes[10] = bytes[11] = 0xff;  // RFC 4291, 2.5.5.2
    std::memcpy(bytes.data() + 12, &v4.sin_addr, 4);
  }
  return bytes;
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
    set(fd, SOL_SOCKET, SO_SNDBUF, kLocalSendBufferBytes);
  }
}

AllMade bind_source(const config::Source& source) {
  const config::Address& address = *source.address;
  if (address.scheme == Scheme::kTcp || address.scheme == Scheme::kUdp) {
    return bind_internet(address);
  }
  auto made = bind_unix(source);
  if (!made.has_value()) return made.error();
  auto access = AccessChange::make(source, made->file);
  if (!access.has_value()) return access.error();
  access->keep();
  if (!open_up(made->fd.get(), config::is_datagram(address))) {
    return failure(address, "listen");
  }
  std::vector<BoundSocket> sockets;
  sockets.push_back(std::move(*made));
  return sockets;
}

void prepare_stream(int fd) {
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

ssize_t send_pieces(int fd, std::span<const Bytes> pieces) {
  static thread_local std::array<iovec, 1024> vectors;
  const std::size_t count = std::min(pieces.size(), vectors.size());
  for (std::size_t i = 0; i < count; ++i) {
    vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  return ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool has_unacknowledged(int fd) {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

std::string peer_name(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return fmt::format("{}:{}", text.data(), ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(v6.sin6_port));
  }
  return "unix";
}

std::string_view host_of(std::string_view peer) {
  return peer.substr(0, peer.rfind(':'));
}

bool is_permitted(const sockaddr_storage& address,
                  const std::vector<config::Network>& networks) {
  const bool is_internet =
      address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (networks.empty() || !is_internet) return true;
  const auto bytes = mapped_address(address);
  return std::ranges::any_of(networks, [&bytes](const auto& network) {
    return is_in(bytes, network);
  });
}

std::uint32_t kernel_drops(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof(info);
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) {
    return 0;
  }
  return info[SK_MEMINFO_DROPS];
}

}  // namespace cflt::daemon
