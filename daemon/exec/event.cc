#include "daemon/exec/event.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace cflt::exec {

Event::Event()
    : descriptor_(
          base::Descriptor::own(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (fd() < 0) {
    throw std::system_error(errno, std::system_category(), "eventfd");
  }
}

void Event::set() noexcept {
  set_.store(true, std::memory_order_relaxed);
  ::eventfd_write(fd(), 1);
}

void Event::clear() noexcept {
  eventfd_t count = 0;
  set_.store(false, std::memory_order_relaxed);
  ::eventfd_read(fd(), &count);
}

}  // namespace cflt::exec
