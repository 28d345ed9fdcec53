#include "daemon/serve/listen/bind.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "config/address.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/socket_file.h"
#include "daemon/serve/listen/unix_access.h"
#include "daemon/serve/net/sockets.h"

namespace cflt::serve::listen {
namespace {

using Scheme = config::Address::Scheme;
using Made = base::Result<BoundSocket>;
using AllMade = base::Result<std::vector<BoundSocket>>;

/// What Linux calls the most; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 4096;
/// Bursts of datagrams wait here; the kernel cuts it to net.core.rmem_max.
constexpr int kReceiveBufferBytes = 8 << 20;

base::Error failure(const config::Address& address, const char* what) {
  const int error = errno;
  return {
      fmt::format("{}: {}: {}", to_string(address), what, std::strerror(error)),
      error};
}

base::Descriptor make_socket(int family, bool datagram) {
  const int type = datagram ? SOCK_DGRAM : SOCK_STREAM;
  return base::Descriptor::own(
      ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/// Listens, or makes room for bursts.
bool open_up(int fd, bool datagram) {
  if (!datagram) return ::listen(fd, kBacklog) == 0;
  net::set_option(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  return true;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

base::Result<AddressList> resolve(const config::Address& address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = config::is_datagram(address) ? SOCK_DGRAM : SOCK_STREAM;
  addrinfo* list = nullptr;
  const int problem =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(),
                    &hints, &list);
  if (problem != 0) {
    return base::Error{
        fmt::format("{}: {}", to_string(address), ::gai_strerror(problem))};
  }
  return AddressList(list);
}

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

void set_internet_options(int fd, const addrinfo& found, bool datagram) {
  // For UDP it would let others share the port, and take what comes.
  if (!datagram) net::set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // [::] means both, whatever the machine's default is.
  if (found.ai_family == AF_INET6)
    net::set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
}

Made bind_to(const config::Address& address, const addrinfo& found) {
  const bool datagram = config::is_datagram(address);
  base::Descriptor fd = make_socket(found.ai_family, datagram);
  if (fd.get() < 0) return failure(address, "socket");
  set_internet_options(fd.get(), found, datagram);
  if (::bind(fd.get(), found.ai_addr, found.ai_addrlen) != 0) {
    return failure(address, "bind");
  }
  if (!open_up(fd.get(), datagram)) return failure(address, "listen");
  return BoundSocket{std::move(fd), {}, {}};
}

/// `localhost` is 127.0.0.1 to some senders and ::1 to others: all addresses
/// of a name are bound.
AllMade bind_internet(const config::Address& address) {
  const auto list = resolve(address);
  if (!list.has_value()) return list.error();
  std::vector<BoundSocket> sockets;
  base::Error last;
  const addrinfo* first = list->get();
  for (auto found = first; found != nullptr; found = found->ai_next) {
    if (is_repeated(first, *found)) continue;
    auto made = bind_to(address, *found);
    if (made.has_value()) {
      sockets.push_back(std::move(*made));
    } else if (last = made.error(); !is_elsewhere(last.code)) {
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
  const base::Descriptor probe = make_socket(AF_UNIX, datagram);
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name),
                   sizeof(name)) != 0 &&
         errno == ECONNREFUSED;
}

sockaddr_un name_of(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  CFLT_CHECK(path.size() < sizeof(name.sun_path));
  path.copy(name.sun_path, sizeof(name.sun_path) - 1);
  return name;
}

Made bind_unix(const config::Source& source) {
  const config::Address& address = *source.address;
  const bool datagram = config::is_datagram(address);
  const sockaddr_un name = name_of(address.path);
  base::Descriptor fd = make_socket(AF_UNIX, datagram);
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

}  // namespace

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

}  // namespace cflt::serve::listen
