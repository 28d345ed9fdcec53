#include "daemon/in_place/holes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "daemon/base/system_error.h"

namespace cflt::in_place {
namespace {

using boost::system::error_code;

/// A block of the usual file systems; those with larger ones keep what is less.
constexpr std::size_t kBlockBytes = 4096;

bool is_zero(const char* block) {
  return std::all_of(block, block + kBlockBytes, [](char c) { return c == 0; });
}

/// The holes of what was read at `at`, where a run of zero blocks is one.
error_code dig(int fd, off_t at, const char* bytes, std::size_t size) {
  for (std::size_t begin = 0; begin + kBlockBytes <= size;) {
    std::size_t end = begin;
    while (end + kBlockBytes <= size && is_zero(bytes + end)) {
      end += kBlockBytes;
    }
    if (end > begin &&
        ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    at + static_cast<off_t>(begin),
                    static_cast<off_t>(end - begin)) != 0) {
      return base::last_system_error();
    }
    begin = end + kBlockBytes;
  }
  return {};
}

}  // namespace

bool is_sparse(const struct stat& status) {
  constexpr off_t kUnit = 512;  // of st_blocks, whatever the file system
  return status.st_blocks * kUnit < status.st_size;
}

error_code dig_holes(int fd, off_t from, off_t to) {
  constexpr off_t kBlock = kBlockBytes;
  std::array<char, 64 * kBlockBytes> bytes;
  for (off_t at = from / kBlock * kBlock; at < to;) {
    const auto wanted = std::min(to - at, static_cast<off_t>(bytes.size()));
    const ssize_t count =
        ::pread(fd, bytes.data(), static_cast<std::size_t>(wanted), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::last_system_error();
    if (count == 0) break;
    const auto size = static_cast<std::size_t>(count);
    if (const auto error = dig(fd, at, bytes.data(), size)) return error;
    at += count;
  }
  return {};
}

}  // namespace cflt::in_place
