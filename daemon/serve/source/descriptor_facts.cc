#include "daemon/serve/source/descriptor_facts.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

namespace cflt::serve::source {

int domain_of(int fd) {
  int domain = AF_UNIX;
  socklen_t size = sizeof(domain);
  ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain;
}

std::size_t unread_bytes(int fd) {
  int count = 0;
  return ::ioctl(fd, FIONREAD, &count) == 0 && count > 0
             ? static_cast<std::size_t>(count)
             : 0;
}

}  // namespace cflt::serve::source
