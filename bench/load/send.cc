// The generator: a prepared file, from memory.

#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <exception>
#include <thread>
#include <vector>

#include "bench/load/verbs.h"

namespace cflt::load {
namespace {

constexpr std::size_t kBatch = 64;  // datagrams of a system call
constexpr std::size_t kLargestPacket = 65'000;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

using Lines = std::vector<std::string_view>;

/// Without their newlines; views into `text`.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void send_copies(const Socket& socket, std::string_view content,
                 std::uint64_t copies) {
  for (std::uint64_t copy = 0; copy < copies; ++copy) {
    send_all(socket, content);
  }
  ::shutdown(socket.get(), SHUT_WR);
}

void send_streams(const Options& options, std::string_view content) {
  const auto address = parse_address(options.word(2, "address"));
  const std::uint64_t copies = options.number("copies", 1);
  const std::size_t count = options.number("connections", 1);
  std::vector<Socket> sockets;
  for (std::size_t index = 0; index < count; ++index) {
    sockets.push_back(connect_to(Transport::kTcp, address));
  }
  const std::int64_t begin = now_ns();
  std::vector<std::exception_ptr> errors(count);
  std::vector<std::jthread> threads;
  for (std::size_t index = 0; index < count; ++index) {
    threads.emplace_back([&, index] {
      try {
        send_copies(sockets[index], content, copies);
      } catch (...) {
        errors[index] = std::current_exception();
      }
    });
  }
  threads.clear();  // joins
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  report({{"bytes", static_cast<std::int64_t>(content.size() * copies * count)},
          {"begin_ns", begin},
          {"end_ns", now_ns()}});
}

bool have_one_size(const Lines& lines) {
  return std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
    return line.size() == lines.front().size();
  });
}

/// A line is a datagram; batches of them leave by one system call.
///
/// Datagrams of one size are a single packet to the kernel, which cuts it:
/// that costs the generator less, and what is measured needs the processor.
class Datagrams {
 public:
  /// `lines` is not empty and outlives this.
  Datagrams(Socket socket, const Lines& lines)
      : socket_(std::move(socket)), lines_(lines) {
    const std::size_t size = lines.front().size();
    if (!have_one_size(lines) || size * kBatch > kLargestPacket) return;
    const int segment = static_cast<int>(size);
    if (setsockopt(socket_.get(), SOL_UDP, UDP_SEGMENT, &segment,
                   sizeof segment) != 0) {
      return;  // an old kernel: one by one
    }
    for (const std::string_view line : lines) joined_.append(line);
  }

  /// Sends up to `most` from line `first` on, counted round and round;
  /// returns how many.
  std::size_t send(std::size_t first, std::size_t most) {
    first %= lines_.size();
    const std::size_t count = std::min({most, kBatch, lines_.size() - first});
    return joined_.empty() ? send_messages(first, count)
                           : send_packet(first, count);
  }

 private:
  std::size_t send_packet(std::size_t first, std::size_t count) {
    const std::size_t size = lines_.front().size();
    send_all(socket_,
             std::string_view(joined_).substr(first * size, count * size));
    return count;
  }

  std::size_t send_messages(std::size_t first, std::size_t count) {
    std::array<iovec, kBatch> pieces{};
    std::array<mmsghdr, kBatch> messages{};
    for (std::size_t index = 0; index < count; ++index) {
      const std::string_view line = lines_[first + index];
      pieces[index] = {const_cast<char*>(line.data()), line.size()};
      messages[index].msg_hdr.msg_iov = &pieces[index];
      messages[index].msg_hdr.msg_iovlen = 1;
    }
    const int sent = ::sendmmsg(socket_.get(), messages.data(),
                                static_cast<unsigned>(count), MSG_NOSIGNAL);
    if (sent < 0) fail("sendmmsg");
    return static_cast<std::size_t>(sent);
  }

  Socket socket_;
  const Lines& lines_;
  std::string joined_;  // all lines; empty where they differ in size
};

void send_datagrams(const Options& options, std::string_view content) {
  const Lines lines = lines_of(content);
  if (lines.empty()) throw LoadError("no line in the file");
  Datagrams datagrams(
      connect_to(Transport::kUdp, parse_address(options.word(2, "address"))),
      lines);
  const std::uint64_t rate = options.number("rate", 0);
  const std::size_t total = lines.size() * options.number("copies", 1);
  sleep_exactly();
  const std::int64_t begin = now_ns();
  std::size_t sent = 0;
  while (sent < total && !stopped()) {
    if (rate > 0) {
      sleep_until_ns(begin + static_cast<std::int64_t>(sent) * kNanoseconds /
                                 static_cast<std::int64_t>(rate));
    }
    sent += datagrams.send(sent, total - sent);
  }
  report({{"messages", static_cast<std::int64_t>(sent)},
          {"begin_ns", begin},
          {"end_ns", now_ns()}});
}

}  // namespace

void send(const Options& options) {
  const std::string content = read_file(options.text("file"));
  if (content.empty()) throw LoadError("nothing to send: name a --file");
  if (options.transport(1) == Transport::kTcp) {
    send_streams(options, content);
  } else {
    send_datagrams(options, content);
  }
}

}  // namespace cflt::load
