// What the kernel says of a socket, and what it is told.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>

#include "core/outgoing.h"

namespace cflt::serve::net {

/// Sets an option where the socket knows it.
void set_option(int fd, int level, int option, int value);

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
ssize_t send_pieces(int fd, std::span<const Outgoing> pieces);

/// True where the peer's kernel does not have all that was written to a TCP
/// socket, shutdown() included.
bool has_unacknowledged(int fd);

/// Datagrams that the kernel has dropped for want of room in the socket, modulo
/// 2^32.
std::uint32_t kernel_drops(int fd);

}  // namespace cflt::serve::net
