// Sockets before Asio has them: bound, opened, set up, written to.
#pragma once

#include <sys/stat.h>

#include <array>
#include <boost/system/result.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "core/bytes.h"
#include "daemon/descriptor.h"

struct sockaddr_storage;

namespace cflt::daemon {

/// Why a socket could not be had, in one line.
struct SocketFailure {
  std::string message;
  int error = 0;  // an errno, where there is one
};

[[noreturn]] void throw_exception_from_error(const SocketFailure& failure,
                                             const boost::source_location&);

/// A unix socket's file, as it was made: removed with this, unless another has
/// taken its place.
class SocketFile {
 public:
  SocketFile() = default;  // none
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept { *this = std::move(other); }
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile();

  /// Whether it is this file.
  bool is(const struct stat& status) const;
  /// Whether it is still where it was made.
  bool is_there() const;

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

/// A file that had to make way for ours. It comes back with the end of this,
/// unless it is let go, or another stands there.
class FileSetAside {
 public:
  FileSetAside() = default;  // none
  /// Renames it within its folder.
  explicit FileSetAside(std::string path);
  FileSetAside(FileSetAside&& other) noexcept { *this = std::move(other); }
  FileSetAside& operator=(FileSetAside&& other) noexcept;
  ~FileSetAside();

  /// Removes it for good.
  void let_go();

 private:
  std::string path_;
  std::string aside_;  // empty: none
};

struct BoundSocket {
  Descriptor fd;
  FileSetAside replaced;  // comes back when `file` is gone
  SocketFile file;        // none for the internet
};

/// Non-blocking sockets that are bound to a source's address, and listen where
/// it is a stream: one for each address of a name that this machine has. An
/// abandoned unix socket's file is set aside, one that somebody listens on is
/// not.
boost::system::result<std::vector<BoundSocket>, SocketFailure> bind_source(
    const config::Source& source);

/// Of an internet socket, as version 6: 4 is mapped (RFC 4291, 2.5.5.2).
std::array<std::uint8_t, 16> mapped_address(const sockaddr_storage& address);

/// Of a socket that was handed over: each datagram is a record.
bool is_datagram_socket(int fd);

/// True where connections can be accepted.
bool is_listening(int fd);

/// True where both ends of a TCP connection are the same: an attempt to reach
/// a local port where nobody listens can come to be its own peer.
bool is_connected_to_itself(int fd);

/// For a TCP connection that much is written to: a short send buffer where the
/// peer has the same address, and so is on this machine. (A peer that the
/// kernel forwards to from such an address gets about that much in a round
/// trip.) To others the kernel sends as much as the network can hold.
void limit_send_buffer_if_local(int fd);

/// Keepalive and no delay for small records, for the sockets that know them. A
/// peer that is there and does not read may take its time: TCP_USER_TIMEOUT
/// would reset it, and lose what the kernels hold.
void prepare_stream(int fd);

/// One sendmsg() of at most 1,024 pieces that never blocks: bytes sent, or -1
/// and errno. No SIGPIPE.
ssize_t send_pieces(int fd, std::span<const Bytes> pieces);

/// True where the peer's kernel does not have all that was written to a TCP
/// socket, shutdown() included.
bool has_unacknowledged(int fd);

/// "127.0.0.1:5514", "[::1]:5514", "unix".
std::string peer_name(const sockaddr_storage& address);
/// The same without the port.
std::string_view host_of(std::string_view peer_name);

/// True where the address is in one of the networks; a unix socket always is.
/// No networks permit everybody.
bool is_permitted(const sockaddr_storage& address,
                  const std::vector<config::Network>& networks);

/// Datagrams that the kernel has dropped for want of room in the socket, modulo
/// 2^32.
std::uint32_t kernel_drops(int fd);

}  // namespace cflt::daemon
