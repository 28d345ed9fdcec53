// Plain blocking sockets on IPv4, and the clock that both ends share.
//
// Everything that fails here ends the program: what cannot be measured must
// not look like a measurement.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cflt::load {

/// The run cannot go on; the text is for the user.
class LoadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws a LoadError of `what` and errno.
[[noreturn]] void fail(std::string_view what);

/// CLOCK_MONOTONIC, the same for all processes of a machine.
std::int64_t now_ns();

/// Sleeps until a point of `now_ns()`, as exactly as the kernel can.
void sleep_until_ns(std::int64_t when);

/// Makes sleeps of this thread end at their time, not up to 50 µs later.
void sleep_exactly();

/// A descriptor that closes itself.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

enum class Transport { kTcp, kUdp };

/// "127.0.0.1:5514", or a port alone for 127.0.0.1.
sockaddr_in parse_address(std::string_view text);

Socket connect_to(Transport transport, const sockaddr_in& address);

/// A bound socket; TCP listens.
Socket listen_at(Transport transport, const sockaddr_in& address);

Socket accept_from(const Socket& listener);

/// Sends all of it.
void send_all(const Socket& socket, std::span<const char> bytes);

/// As many descriptors as this process may have.
void raise_descriptor_limit();

/// SIGTERM and SIGINT only set what `stopped` returns, and end a wait.
void catch_stop_signals();
bool stopped();

}  // namespace cflt::load
