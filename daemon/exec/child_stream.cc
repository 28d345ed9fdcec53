#include "daemon/exec/child_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/base/messages.h"

namespace cflt::exec {
namespace {

/// The stream whose thread this is.
thread_local ChildStream* here = nullptr;

constexpr std::string_view kAbortMessage =
    "cflt-redact: internal failure; what this stream of the command prints "
    "from here on is discarded\n";

/// A terminal that was closed by all is looked at so often.
constexpr int kReopenMilliseconds = 50;

std::size_t waiting_bytes(int fd) {
  int count = 0;
  return ::ioctl(fd, FIONREAD, &count) == 0 && count > 0
             ? static_cast<std::size_t>(count)
             : 0;
}

/// `fd` where it is a pipe: poll() says when its reader has left for good. One
/// that has a name (a FIFO) may get another reader.
int watched(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC ? fd : -1;
}

/// Our stderr may be full, and nobody may read it.
bool takes_words(int fd) {
  pollfd poll{fd, POLLOUT, 0};
  return ::poll(&poll, 1, 0) == 1 && (poll.revents & POLLOUT) != 0;
}

void set_non_blocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

ChildStream::ChildStream(const stream::Rules& rules, scan::Scanner scanner,
                         base::Descriptor input, filter::Output output,
                         bool counts_lines, StreamEvents& events)
    : scanner_(std::move(scanner)),
      input_(std::move(input)),
      watched_(watched(output.fd())),
      keeps_output_open_(output.fd() == STDERR_FILENO),
      name_(output.name()),
      pump_(rules, scanner_, std::move(output), counts_lines),
      events_(events) {
  set_non_blocking(input_.get());
}

ChildStream::~ChildStream() {
  if (aborted_) {
    thread_.detach();  // it sleeps for ever
  } else if (thread_.joinable()) {
    thread_.join();
  }
  if (complaint_.joinable()) complaint_.join();
}

void ChildStream::start() {
  thread_ = std::thread([this] { run(); });
}

void ChildStream::run() {
  here = this;
  try {
    copy();
  } catch (const std::exception& error) {
    fail(Failure::kInternal, error.what());
  }
  if (failure() != Failure::kNone) discard();
  finish();
  here = nullptr;
}

void ChildStream::copy() {
  bool written = true;
  while (written && read() > 0) written = pump_.take(last_read_);
  if (!written || !pump_.finish()) output_failed();
}

/// A reader that went away is no failure: the child gets to know it in the same
/// way as without us.
void ChildStream::output_failed() {
  const auto& error = pump_.output_error();
  if (error == boost::system::errc::broken_pipe) return;
  discarded_bytes_ += last_read_;
  fail(Failure::kOutput, error.message());
}

/// To complain may take as long as somebody does not read our stderr; the child
/// must not wait for that.
void ChildStream::fail(Failure failure, const std::string& reason) {
  set_failure(failure);
  auto words = fmt::format("{}: {}; what follows is discarded", name_, reason);
  try {
    complaint_ =
        std::thread([words = std::move(words)] { base::complain(words); });
  } catch (const std::system_error&) {
    // No more threads are allowed; the count is told in the end.
  }
}

void ChildStream::set_failure(Failure failure) {
  failure_.store(failure, std::memory_order_release);
  events_.changed.set();
}

void ChildStream::discard() {
  while (read() > 0) discarded_bytes_ += last_read_;
}

/// Our reader sees the end when the child has closed its output, not later. Of
/// stderr our own words are still to come.
void ChildStream::finish() {
  input_.close();
  if (!keeps_output_open_ && failure() == Failure::kNone && !pump_.close()) {
    failure_.store(Failure::kOutput, std::memory_order_release);
  }
  done_.store(true, std::memory_order_release);
  events_.changed.set();
}

/// What is there, at least one byte; 0 at the end. Async-signal-safe.
std::size_t ChildStream::read() {
  for (last_read_ = 0;;) {
    auto room = pump_.room();
    if (events_.stop.is_set()) {
      if (!left_) left_ = waiting_bytes(input_.get());
      room = room.first(std::min(room.size(), *left_));
      if (room.empty()) return 0;
    }
    const bool may_reopen = !events_.ended.is_set();
    const ssize_t count = ::read(input_.get(), room.data(), room.size());
    if (count >= 0) {
      last_read_ = static_cast<std::size_t>(count);
      if (left_) *left_ -= last_read_;
      return last_read_;
    }
    if (errno == EINTR) continue;
    // EIO: a terminal that nobody has open, for now or for good.
    if (errno == EIO && may_reopen && !left_) {
      wait_for_reopening();
      continue;
    }
    if (errno != EAGAIN || left_ || !wait()) return 0;
  }
}

/// Until there is something to do. False: nobody reads what we write.
bool ChildStream::wait() const {
  // After a failure nothing is written: a reader that has left is no news, and
  // poll() would give it again and again.
  const int output = failure() == Failure::kNone ? watched_ : -1;
  std::array<pollfd, 3> polls{{{input_.get(), POLLIN, 0},
                               {events_.stop.fd(), POLLIN, 0},
                               {output, 0, 0}}};
  ::poll(polls.data(), polls.size(), -1);
  return (polls[2].revents & POLLERR) == 0;
}

/// The child can open its terminal again by name (/dev/tty). poll() has no
/// event for that.
void ChildStream::wait_for_reopening() const {
  std::array<pollfd, 2> polls{
      {{events_.ended.fd(), POLLIN, 0}, {events_.stop.fd(), POLLIN, 0}}};
  ::poll(polls.data(), polls.size(), kReopenMilliseconds);
}

void ChildStream::tell_discarded() {
  if (complaint_.joinable()) complaint_.join();
  if (discarded_bytes_ == 0) return;
  base::complain(
      fmt::format("{}: {} bytes were discarded", name_, discarded_bytes_));
}

void ChildStream::outlive_abort() {
  if (here != nullptr) here->go_on_without_scanning();
}

/// The thread's own state cannot be trusted any more, nor malloc or locks.
void ChildStream::go_on_without_scanning() {
  aborted_ = true;
  discarded_bytes_ += last_read_;
  set_failure(Failure::kInternal);
  if (takes_words(STDERR_FILENO)) {
    [[maybe_unused]] const auto told =
        ::write(STDERR_FILENO, kAbortMessage.data(), kAbortMessage.size());
  }
  discard();
  input_.close();
  done_.store(true, std::memory_order_release);
  events_.changed.set();
  for (;;) ::pause();
}

}  // namespace cflt::exec
