#include "daemon/filter/output.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "daemon/base/io.h"
#include "daemon/base/system_error.h"

namespace cflt::filter {
namespace {

using boost::system::error_code;

/// Leaves in `batch` what is still to be written; returns that part.
std::span<iovec> drop_written(std::span<iovec> batch, std::size_t written) {
  std::size_t i = 0;
  while (i < batch.size() && written >= batch[i].iov_len) {
    written -= batch[i++].iov_len;
  }
  if (i < batch.size()) {
    batch[i].iov_base = static_cast<char*>(batch[i].iov_base) + written;
    batch[i].iov_len -= written;
  }
  return batch.subspan(i);
}

}  // namespace

Output Output::standard() {
  base::enlarge_pipe(STDOUT_FILENO);
  return {base::Descriptor::borrow(STDOUT_FILENO), "stdout"};
}

Output Output::standard_error() {
  base::enlarge_pipe(STDERR_FILENO);
  return {base::Descriptor::borrow(STDERR_FILENO), "stderr"};
}

Output Output::discard() { return {base::Descriptor(), "nowhere"}; }

Output Output::onto(int fd, const std::string& name) {
  return {base::Descriptor::borrow(fd), name};
}

boost::system::result<Output> Output::open(const std::string& path) {
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return base::last_system_error();
  return Output(base::Descriptor::own(fd), path);
}

error_code Output::empty() {
  struct stat status {};
  if (::fstat(descriptor_.get(), &status) != 0)
    return base::last_system_error();
  if (!S_ISREG(status.st_mode)) return {};
  return ::ftruncate(descriptor_.get(), 0) == 0 ? error_code()
                                                : base::last_system_error();
}

error_code Output::write(std::span<const Outgoing> pieces) {
  if (descriptor_.get() < 0) return {};
  std::array<iovec, kBatchCount> batch;
  while (!pieces.empty()) {
    const std::size_t count = std::min(pieces.size(), batch.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes bytes = pieces[i].bytes();
      batch[i] = {const_cast<char*>(bytes.data()), bytes.size()};
    }
    if (const auto error = write_batch({batch.data(), count})) return error;
    pieces = pieces.subspan(count);
  }
  return {};
}

error_code Output::write_batch(std::span<iovec> batch) {
  while (!batch.empty()) {
    const ssize_t written = ::writev(descriptor_.get(), batch.data(),
                                     static_cast<int>(batch.size()));
    if (written >= 0) {
      batch = drop_written(batch, static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      base::wait_until_ready(descriptor_.get(), POLLOUT);
    } else if (errno != EINTR) {
      return base::last_system_error();
    }
  }
  return {};
}

error_code Output::close() {
  if (descriptor_.get() < 0) return {};
  return base::system_error(descriptor_.close());
}

bool Output::is_file(const struct stat& status) const {
  struct stat own {};
  return ::fstat(descriptor_.get(), &own) == 0 && S_ISREG(own.st_mode) &&
         base::is_same_file(own, status);
}

}  // namespace cflt::filter
