#include "daemon/serve/log/line_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace cflt::serve::log {
namespace {

// How soon give_up_after() is heard while the descriptor is full.
constexpr int kPollMilliseconds = 100;

}  // namespace

void LineSink::give_up_after(std::chrono::milliseconds grace) {
  deadline_ = Clock::now() + grace;
}

void LineSink::sink_it_(const spdlog::details::log_msg& message) {
  std::string line(message.payload.data(), message.payload.size());
  line += '\n';
  if (!write_all(line)) ++lost_count_;
}

bool LineSink::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for_room()) return false;
    // A pipe that polls as writable takes so much without blocking.
    const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
    const ssize_t written = ::write(fd_, bytes.data(), size);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

bool LineSink::wait_for_room() const {
  for (;;) {
    const bool is_late = Clock::now() >= deadline_.load();
    pollfd poll{fd_, POLLOUT, 0};
    const int ready = ::poll(&poll, 1, is_late ? 0 : kPollMilliseconds);
    if (ready > 0) return true;  // errors too: the write finds out
    if (ready < 0 && errno != EINTR) return false;
    if (is_late) return false;
  }
}

}  // namespace cflt::serve::log
