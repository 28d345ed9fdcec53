#include "daemon/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <strings.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "daemon/system_error.h"

namespace cflt::daemon {
namespace {

/// What is read at a time of a compressed file.
constexpr std::size_t kCompressedBytes = 64 << 10;

}  // namespace

struct Input::Gzip {
  GzipReader reader;
  std::array<char, kCompressedBytes> compressed;
};

void Input::Wipe::operator()(Gzip* gzip) const {
  ::explicit_bzero(gzip->compressed.data(), gzip->compressed.size());
  delete gzip;
}

Input::Input(Descriptor descriptor, std::string name, Decompress decompress)
    : descriptor_(std::move(descriptor)),
      name_(std::move(name)),
      undecided_(decompress == Decompress::kGzip) {}

boost::system::result<Input> Input::open(const std::string& path,
                                         Decompress decompress) {
  const bool is_stdin = path == "-";
  const int fd =
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return last_system_error();
  Descriptor descriptor =
      is_stdin ? Descriptor::borrow(fd) : Descriptor::own(fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return last_system_error();
  if (S_ISDIR(status.st_mode)) return system_error(EISDIR);
  prepare_to_read(fd, status);
  return Input(std::move(descriptor), is_stdin ? "stdin" : path, decompress);
}

std::string Input::place() const {
  if (!gzip_) return name_;
  return fmt::format("{}: byte {}", name_, gzip_->reader.offset());
}

Input Input::adopt(Descriptor descriptor, std::string name,
                   Decompress decompress) {
  Input input(std::move(descriptor), std::move(name), decompress);
  input.waits_ = false;
  return input;
}

boost::system::result<std::size_t> Input::read(std::span<char> room) {
  if (gzip_) return read_gzip(room);
  return undecided_ ? read_first(room) : read_raw(room);
}

/// Reads as much as tells whether it is gzip. `room` is for a chunk: larger
/// than what is read here.
boost::system::result<std::size_t> Input::read_first(std::span<char> room) {
  std::size_t size = 0;
  while (size == 0 || (size == 1 && GzipReader::may_be_gzip(room[0]))) {
    const auto count = read_raw(room.subspan(size, kCompressedBytes - size));
    if (count.has_error() && size == 0) return count;
    if (count.has_error() || *count == 0) break;  // the next read says so too
    size += *count;
  }
  undecided_ = false;
  if (!GzipReader::is_gzip(room.first(size))) return size;
  gzip_.reset(new Gzip);
  std::copy_n(room.begin(), size, gzip_->compressed.begin());
  gzip_->reader.feed({gzip_->compressed.data(), size});
  return read_gzip(room);
}

boost::system::result<std::size_t> Input::read_gzip(std::span<char> room) {
  for (;;) {
    const auto count = gzip_->reader.read(room);
    if (count.has_error() || *count > 0) return count;
    const auto fed = read_raw(gzip_->compressed);
    if (fed.has_error()) return fed;
    if (*fed > 0) {
      gzip_->reader.feed({gzip_->compressed.data(), *fed});
    } else if (const auto error = gzip_->reader.finish()) {
      return error;
    } else {
      return std::size_t{0};
    }
  }
}

boost::system::result<std::size_t> Input::read_raw(std::span<char> room) {
  for (;;) {
    const ssize_t count = ::read(fd(), room.data(), room.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN && waits_) {
      wait_until_ready(fd(), POLLIN);
    } else if (errno != EINTR) {
      return last_system_error();
    }
  }
}

boost::system::result<std::uint64_t> file_size(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return last_system_error();
  if (!S_ISREG(status.st_mode)) return system_error(EINVAL);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace cflt::daemon
