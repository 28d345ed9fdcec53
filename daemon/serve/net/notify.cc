#include "daemon/serve/net/notify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/local/datagram_protocol.hpp>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace cflt::serve::net::notify {
namespace {

using Endpoint = boost::asio::local::datagram_protocol::endpoint;

constexpr int kFirstSocket = 3;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// None: it is not set, or not a number.
std::optional<std::int64_t> environment_number(const char* name) {
  const std::string_view word = environment(name);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return value;
}

/// Takes the part before the next colon off `list`.
std::string_view take_name(std::string_view& list) {
  const std::string_view name = list.substr(0, list.find(':'));
  list.remove_prefix(std::min(name.size() + 1, list.size()));
  return name;
}

/// That nobody hears it is no reason to stop.
void send(std::string_view state) try {
  std::string path{environment("NOTIFY_SOCKET")};
  if (path.empty()) return;
  if (path.front() == '@') path.front() = '\0';  // not in the file system
  const Endpoint manager(path);
  const auto socket =
      base::Descriptor::own(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
           manager.data(), static_cast<socklen_t>(manager.size()));
} catch (const boost::system::system_error&) {  // the path is too long
}

std::chrono::microseconds monotonic_time() {
  // CLOCK_MONOTONIC in libstdc++ on Linux, which systemd compares with.
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

void ready() { send("READY=1"); }

void reloading() {
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_time().count()));
}

void stopping() { send("STOPPING=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  const auto microseconds = environment_number("WATCHDOG_USEC");
  if (microseconds.value_or(0) <= 0) return std::nullopt;
  const bool is_ours = environment("WATCHDOG_PID").empty() ||
                       environment_number("WATCHDOG_PID") == ::getpid();
  if (!is_ours) return std::nullopt;
  return std::chrono::microseconds(*microseconds / 2);
}

void ping() { send("WATCHDOG=1"); }

std::vector<ActivatedSocket> activated_sockets() {
  const bool are_ours = environment_number("LISTEN_PID") == ::getpid();
  const auto count = environment_number("LISTEN_FDS").value_or(0);
  const std::string names{environment("LISTEN_FDNAMES")};
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    ::unsetenv(name);
  }
  std::vector<ActivatedSocket> sockets;
  std::string_view unread = names;
  for (int fd = kFirstSocket; are_ours && fd - kFirstSocket < count; ++fd) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) break;  // it was not passed
    const std::string_view name = take_name(unread);
    sockets.push_back({std::string(name.empty() ? "unknown" : name),
                       base::Descriptor::own(fd)});
  }
  return sockets;
}

}  // namespace cflt::serve::net::notify
