#include "daemon/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>

namespace cflt::daemon {
namespace {

boost::system::error_code error_of(int number) {
  return {number, boost::system::system_category()};
}

/// How the kernel should read ahead and buffer.
void prepare(int fd) {
  enlarge_pipe(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

}  // namespace

boost::system::result<Input> Input::open(const std::string& path) {
  const bool is_stdin = path == "-";
  const int fd =
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return error_of(errno);
  Descriptor descriptor =
      is_stdin ? Descriptor::borrow(fd) : Descriptor::own(fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return error_of(errno);
  if (S_ISDIR(status.st_mode)) return error_of(EISDIR);
  prepare(fd);
  return Input(std::move(descriptor), is_stdin ? "stdin" : path);
}

Input Input::adopt(Descriptor descriptor, std::string name) {
  Input input(std::move(descriptor), std::move(name));
  input.waits_ = false;
  return input;
}

boost::system::result<std::size_t> Input::read(std::span<char> room) {
  for (;;) {
    const ssize_t count = ::read(fd(), room.data(), room.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN && waits_) {
      wait_until_ready(fd(), POLLIN);
    } else if (errno != EINTR) {
      return error_of(errno);
    }
  }
}

boost::system::result<std::uint64_t> file_size(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return error_of(errno);
  if (!S_ISREG(status.st_mode)) return error_of(EINVAL);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace cflt::daemon
