#include "daemon/base/io.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "daemon/base/messages.h"
#include "daemon/base/system_error.h"

namespace cflt::base {

boost::system::error_code write_all(int fd, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return last_system_error();
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

std::span<iovec> to_vectors(std::span<const Outgoing> pieces) {
  static thread_local std::array<iovec, 1024> vectors;
  const std::size_t count = std::min(pieces.size(), vectors.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes bytes = pieces[i].bytes();
    vectors[i] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return {vectors.data(), count};
}

bool is_same_file(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_same_file(int one, int other) {
  struct stat first {};
  struct stat second {};
  return ::fstat(one, &first) == 0 && ::fstat(other, &second) == 0 &&
         is_same_file(first, second);
}

bool print(std::string_view text) {
  const bool printed =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
      std::fflush(stdout) == 0;
  if (!printed) complain(fmt::format("stdout: {}", std::strerror(errno)));
  return printed;
}

}  // namespace cflt::base
