#include "daemon/base/descriptor.h"

#include <fcntl.h>
#include <poll.h>

#include <cerrno>

namespace cflt::base {
namespace {

constexpr int kPipeBytes = 1 << 20;

/// What Linux reads ahead of itself.
constexpr off_t kReadAheadBytes = 128 << 10;

}  // namespace

int Descriptor::close() {
  const int fd = std::exchange(fd_, -1);
  // EINTR: Linux has closed it all the same.
  return ::close(fd) == 0 || errno == EINTR ? 0 : errno;
}

void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // The lowest free number is `fd`. Open for the direction it is not for.
    ::open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  }
}

void wait_until_ready(int fd, short events) {
  pollfd poll{fd, events, 0};
  ::poll(&poll, 1, -1);  // EINTR, errors: the next read or write finds out
}

void enlarge_pipe(int fd) {
  const int size = ::fcntl(fd, F_GETPIPE_SZ);
  if (size >= 0 && size < kPipeBytes) ::fcntl(fd, F_SETPIPE_SZ, kPipeBytes);
}

void prepare_to_read(int fd, const struct stat& status) {
  if (S_ISFIFO(status.st_mode)) enlarge_pipe(fd);
  if (S_ISREG(status.st_mode) && status.st_size > kReadAheadBytes) {
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
}

}  // namespace cflt::base
