#include "daemon/filter/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "daemon/base/system_error.h"
#include "daemon/compression/formats.h"

namespace cflt::filter {
namespace {

/// What is read at a time of a compressed file.
constexpr std::size_t kCompressedBytes = 64 << 10;

}  // namespace

struct Input::Compressed {
  std::unique_ptr<compression::Decoder> decoder;
  std::array<char, kCompressedBytes> bytes;
};

void Input::Wipe::operator()(Compressed* compressed) const {
  ::explicit_bzero(compressed->bytes.data(), compressed->bytes.size());
  delete compressed;
}

Input::Input(base::Descriptor descriptor, std::string name,
             Decompress decompress)
    : descriptor_(std::move(descriptor)),
      name_(std::move(name)),
      undecided_(decompress == Decompress::kYes) {}

boost::system::result<Input> Input::open(const std::string& path,
                                         Decompress decompress) {
  const bool is_stdin = path == "-";
  const int fd =
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return base::last_system_error();
  base::Descriptor descriptor =
      is_stdin ? base::Descriptor::borrow(fd) : base::Descriptor::own(fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return base::last_system_error();
  if (S_ISDIR(status.st_mode)) return base::system_error(EISDIR);
  base::prepare_to_read(fd, status);
  return Input(std::move(descriptor), is_stdin ? "stdin" : path, decompress);
}

std::string Input::place() const {
  if (!compressed_) return name_;
  return fmt::format("{}: byte {}", name_, compressed_->decoder->offset());
}

Input Input::adopt(base::Descriptor descriptor, std::string name,
                   Decompress decompress) {
  Input input(std::move(descriptor), std::move(name), decompress);
  input.waits_ = false;
  return input;
}

boost::system::result<std::size_t> Input::read(std::span<char> room) {
  const auto count = read_plain(room);
  if (count.has_value()) type_.add(room.first(*count));
  return count;
}

boost::system::result<std::size_t> Input::read_plain(std::span<char> room) {
  if (compressed_) return read_compressed(room);
  return undecided_ ? read_first(room) : read_raw(room);
}

/// Reads as much as tells whether it is compressed. `room` is for a chunk:
/// larger than what is read here.
boost::system::result<std::size_t> Input::read_first(std::span<char> room) {
  std::size_t size = 0;
  while (size == 0 || !compression::compression_of(room.first(size))) {
    const auto count = read_raw(room.subspan(size, kCompressedBytes - size));
    if (count.has_error() && size == 0) return count;
    if (count.has_error() || *count == 0) break;  // the next read says so too
    size += *count;
  }
  undecided_ = false;
  compression_ = compression::compression_of(room.first(size))
                     .value_or(compression::Compression::kNone);
  if (compression_ == compression::Compression::kNone) return size;
  compressed_.reset(
      new Compressed{compression::make_decoder(compression_), {}});
  std::copy_n(room.begin(), size, compressed_->bytes.begin());
  compressed_->decoder->feed({compressed_->bytes.data(), size});
  return read_compressed(room);
}

boost::system::result<std::size_t> Input::read_compressed(
    std::span<char> room) {
  compression::Decoder& decoder = *compressed_->decoder;
  for (;;) {
    const auto count = decoder.read(room);
    if (count.has_error() || *count > 0) return count;
    const auto fed = read_raw(compressed_->bytes);
    if (fed.has_error()) return fed;
    if (*fed > 0) {
      decoder.feed({compressed_->bytes.data(), *fed});
    } else if (const auto error = decoder.finish()) {
      return error;
    } else {
      return std::size_t{0};
    }
  }
}

boost::system::result<std::size_t> Input::read_raw(std::span<char> room) {
  for (;;) {
    const ssize_t count = ::read(fd(), room.data(), room.size());
    if (count >= 0) {
      file_bytes_ += static_cast<std::size_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno == EAGAIN && waits_) {
      base::wait_until_ready(fd(), POLLIN);
    } else if (errno != EINTR) {
      return base::last_system_error();
    }
  }
}

std::optional<std::uint64_t> bytes_to_read(const std::string& path) {
  const bool is_stdin = path == "-";
  struct stat status {};
  const int found =
      is_stdin ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  if (found != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const off_t at = is_stdin ? ::lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
  return static_cast<std::uint64_t>(std::max<off_t>(status.st_size - at, 0));
}

}  // namespace cflt::filter
