// What the kernel says of a descriptor that is read from.
#pragma once

#include <cstddef>

namespace cflt::serve::source {

/// AF_INET and the like; AF_UNIX where it is no socket.
int domain_of(int fd);

/// What can be read at once, as far as the kernel tells.
std::size_t unread_bytes(int fd);

}  // namespace cflt::serve::source
