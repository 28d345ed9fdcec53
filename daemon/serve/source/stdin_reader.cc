#include "daemon/serve/source/stdin_reader.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "daemon/serve/log/log.h"
#include "daemon/serve/source/descriptor_facts.h"

namespace cflt::serve::source {
namespace {

/// At least so much is read at the end of a pipe's writer who goes on, as of a
/// connection: he may be about to end. More, where more waits.
constexpr std::uint64_t kMaxLastBytes = 16 << 20;

bool is_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 &&
         (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
}

std::uint64_t rest_of_file(int fd) {
  struct stat status {};
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  if (at < 0 || ::fstat(fd, &status) != 0) return 0;
  return static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size - at));
}

}  // namespace

StdinReader::StdinReader(int fd, std::function<void()> on_read)
    : fd_(fd),
      on_read_(std::move(on_read)),
      // Half a block always fits: an intake never carries more than the other.
      block_(records::kBlockBytes / 2) {}

bool StdinReader::start() {
  event_ = base::Descriptor::own(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (event_.get() < 0) return false;
  try {
    thread_.start([this] { run(); });
  } catch (const std::system_error& error) {
    errno = error.code().value();
    return false;
  }
  return true;
}

StdinReader::~StdinReader() {
  stop();
  took();
}

void StdinReader::ask() {
  {
    const std::lock_guard lock(mutex_);
    if (size_ > 0 || state_ != State::kGoesOn) return;
    wanted_ = true;
  }
  changed_.notify_all();
}

void StdinReader::took() {
  const std::lock_guard lock(mutex_);
  explicit_bzero(block_.data(), size_);
  size_ = 0;
}

void StdinReader::pause() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = false;
  }
  wake();
}

void StdinReader::drain() {
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return;
    draining_ = true;
    left_ = drain_limit();
  }
  wake();
}

void StdinReader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
}

void StdinReader::wake() {
  changed_.notify_all();
  const std::uint64_t one = 1;
  if (::write(event_.get(), &one, sizeof(one)) < 0) {
    log::error("cannot wake the reader of stdin");
  }
}

bool StdinReader::has_news() const {
  const std::lock_guard lock(mutex_);
  return size_ > 0 || state_ != State::kGoesOn;
}

StdinReader::State StdinReader::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::span<const char> StdinReader::block() const {
  const std::lock_guard lock(mutex_);
  return {block_.data(), size_};
}

std::uint64_t StdinReader::unread_bytes() const {
  return is_file(fd_) ? rest_of_file(fd_) : source::unread_bytes(fd_);
}

std::uint64_t StdinReader::drain_limit() const {
  return is_file(fd_) ? 0 : std::max(kMaxLastBytes, unread_bytes());
}

/// On the thread, as all below.
void StdinReader::run() {
  while (wait_until_wanted()) {
    const std::size_t size = limit();
    if (size == 0) return bring(0, state_when_drained());
    if (!has_input()) continue;
    const ssize_t count = ::read(fd_, block_.data(), size);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) {
      log::error("cannot read stdin, which ends here",
                 {{"reason", std::strerror(errno)}});
    }
    if (count < 0) return bring(0, State::kFailed);
    if (count == 0) return bring(0, State::kEnded);
    bring(static_cast<std::size_t>(count), State::kGoesOn);
  }
}

/// False: it is time to stop.
bool StdinReader::wait_until_wanted() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return wanted_ || stopping_; });
  return !stopping_;
}

/// None: a drain has read all that there was.
std::size_t StdinReader::limit() const {
  {
    const std::lock_guard lock(mutex_);
    if (!draining_) return block_.capacity();
    if (left_ == 0) return 0;
  }
  pollfd ready{fd_, POLLIN, 0};
  while (::poll(&ready, 1, 0) < 0) {
  }
  return ready.revents == 0 ? 0 : block_.capacity();
}

/// False: somebody may want something else.
bool StdinReader::has_input() const {
  std::array<pollfd, 2> ready{pollfd{fd_, POLLIN, 0},
                              pollfd{event_.get(), POLLIN, 0}};
  if (::poll(ready.data(), ready.size(), -1) < 0) return false;
  if (ready[1].revents == 0) return true;
  std::uint64_t count = 0;
  return ::read(event_.get(), &count, sizeof(count)) < 0;
}

/// Of a pipe with no writer we would have been told.
StdinReader::State StdinReader::state_when_drained() const {
  return is_file(fd_) && rest_of_file(fd_) == 0 ? State::kEnded
                                                : State::kDrained;
}

/// A block, or how it ended.
void StdinReader::bring(std::size_t size, State state) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = false;
    size_ = size;
    state_ = state;
    left_ -= std::min<std::uint64_t>(left_, size);
  }
  on_read_();
}

}  // namespace cflt::serve::source
