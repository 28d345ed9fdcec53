#include "bench/load/net.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>

namespace cflt::load {
namespace {

constexpr int kBacklog = 4096;
// The kernel gives what net.core.rmem_max allows.
constexpr int kUdpReceiveBytes = 64 << 20;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

volatile std::sig_atomic_t stop_signal = 0;

void set_option(int descriptor, int level, int option, int value) {
  if (setsockopt(descriptor, level, option, &value, sizeof value) != 0) {
    fail("setsockopt");
  }
}

Socket make_socket(Transport transport) {
  const int type = transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM;
  const int descriptor = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  return Socket(descriptor);
}

std::uint16_t parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end || port == 0) {
    throw LoadError("not a port: " + std::string(text));
  }
  return port;
}

const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

void fail(std::string_view what) {
  throw LoadError(std::string(what) + ": " + std::strerror(errno));
}

std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * kNanoseconds + time.tv_nsec;
}

void sleep_until_ns(std::int64_t when) {
  const timespec time{.tv_sec = when / kNanoseconds,
                      .tv_nsec = when % kNanoseconds};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

void sleep_exactly() { prctl(PR_SET_TIMERSLACK, 1UL); }

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

sockaddr_in parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool has_host = colon != std::string_view::npos;
  const std::string host(has_host ? text.substr(0, colon) : "127.0.0.1");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(parse_port(text.substr(has_host ? colon + 1 : 0)));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw LoadError("not an IPv4 address: " + host);
  }
  return address;
}

Socket connect_to(Transport transport, const sockaddr_in& address) {
  Socket socket = make_socket(transport);
  if (::connect(socket.get(), plain(address), sizeof address) != 0) {
    fail("connect");
  }
  if (transport == Transport::kTcp) {
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  }
  return socket;
}

Socket listen_at(Transport transport, const sockaddr_in& address) {
  Socket socket = make_socket(transport);
  const bool is_tcp = transport == Transport::kTcp;
  if (is_tcp) set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (!is_tcp)
    set_option(socket.get(), SOL_SOCKET, SO_RCVBUF, kUdpReceiveBytes);
  if (::bind(socket.get(), plain(address), sizeof address) != 0) fail("bind");
  if (is_tcp && ::listen(socket.get(), kBacklog) != 0) fail("listen");
  return socket;
}

Socket accept_from(const Socket& listener) {
  const int descriptor =
      ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  if (descriptor < 0) fail("accept");
  return Socket(descriptor);
}

void send_all(const Socket& socket, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR && !stopped()) continue;
    if (sent < 0) fail("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void catch_stop_signals() {
  struct sigaction action {};  // without SA_RESTART: a wait ends
  action.sa_handler = [](int) { stop_signal = 1; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

bool stopped() { return stop_signal != 0; }

}  // namespace cflt::load
