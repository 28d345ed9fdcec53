// The receiver: counts, or keeps, whatever comes.

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <vector>

#include "bench/load/verbs.h"

namespace cflt::load {
namespace {

constexpr std::size_t kBlock = 1 << 20;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSlowTurnsPerSecond = 10;

class Receiver {
 public:
  explicit Receiver(const Options& options)
      : is_tcp_(options.transport(1) == Transport::kTcp),
        wanted_(options.number("bytes", 0)),
        quiet_ms_(static_cast<int>(options.number("quiet", 0))),
        rate_(options.number("rate", 0)),
        counts_lines_(options.number("lines", 0) != 0),
        listener_(listen_at(options.transport(1),
                            parse_address(options.word(2, "port")))),
        block_(rate_ > 0 ? rate_ / kSlowTurnsPerSecond : kBlock) {
    if (const std::string path = options.text("output"); !path.empty()) {
      output_ = std::make_unique<std::ofstream>(path, std::ios::binary);
    }
  }

  void run() {
    while (!is_done()) {
      if (!wait()) break;
      if (is_tcp_) {
        take_streams();
      } else {
        take(listener_.get());
      }
    }
    report({{"bytes", static_cast<std::int64_t>(bytes_)},
            {"messages", static_cast<std::int64_t>(messages_)},
            {"connections", static_cast<std::int64_t>(accepted_)},
            {"first_ns", first_ns_},
            {"last_ns", last_ns_}});
  }

 private:
  bool is_done() const {
    const bool all_ended = accepted_ > 0 && connections_.empty();
    return stopped() || all_ended || (wanted_ > 0 && bytes_ >= wanted_);
  }

  /// Waits for something to read; false where it has been quiet, or stopped.
  bool wait() {
    polled_.assign(1, {listener_.get(), POLLIN, 0});
    for (const Socket& connection : connections_) {
      polled_.push_back({connection.get(), POLLIN, 0});
    }
    const bool may_end = quiet_ms_ > 0 && bytes_ > 0;
    const int ready =
        ::poll(polled_.data(), polled_.size(), may_end ? quiet_ms_ : -1);
    if (ready < 0 && errno != EINTR) fail("poll");
    return ready > 0;
  }

  void take_streams() {
    std::vector<Socket> left;
    for (std::size_t index = 0; index < connections_.size(); ++index) {
      const bool ready = polled_[index + 1].revents != 0;
      if (!ready || take(connections_[index].get())) {
        left.push_back(std::move(connections_[index]));
      }
    }
    connections_.swap(left);
    if (polled_[0].revents != 0) {
      connections_.push_back(accept_from(listener_));
      ++accepted_;
    }
  }

  /// One read; false at the end of a stream.
  bool take(int descriptor) {
    // If nobody looks, the kernel drops TCP's bytes instead of copying them,
    // so that the receiver takes little of what the measured program needs.
    const bool looks = !is_tcp_ || output_ || counts_lines_;
    const int flags = looks ? 0 : MSG_TRUNC;
    const ssize_t got = ::recv(descriptor, block_.data(), block_.size(), flags);
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;  // a reset is an end, too
    last_ns_ = now_ns();
    if (bytes_ == 0) first_ns_ = last_ns_;
    bytes_ += static_cast<std::uint64_t>(got);
    messages_ += messages_in(got);
    if (output_) output_->write(block_.data(), got);
    if (rate_ > 0) {
      sleep_until_ns(last_ns_ + 1000 * kMillisecond / kSlowTurnsPerSecond);
    }
    return true;
  }

  std::uint64_t messages_in(std::ptrdiff_t got) const {
    if (!is_tcp_) return 1;
    if (!counts_lines_) return 0;
    return static_cast<std::uint64_t>(
        std::count(block_.begin(), block_.begin() + got, '\n'));
  }

  const bool is_tcp_;
  const std::uint64_t wanted_;
  const int quiet_ms_;
  const std::uint64_t rate_;
  const bool counts_lines_;
  Socket listener_;
  std::vector<char> block_;
  std::unique_ptr<std::ofstream> output_;
  std::vector<Socket> connections_;
  std::vector<pollfd> polled_;
  std::uint64_t accepted_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t messages_ = 0;  // datagrams, or newlines if counted
  std::int64_t first_ns_ = 0;
  std::int64_t last_ns_ = 0;
};

}  // namespace

void receive(const Options& options) { Receiver(options).run(); }

}  // namespace cflt::load
