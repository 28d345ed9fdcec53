#include "daemon/serve/notify.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdlib>

#include "daemon/serve/printable.h"

namespace cflt::daemon::notify {
namespace {

// That nobody hears it is no reason to stop.
void send(const std::string& state) { ::sd_notify(0, state.c_str()); }

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

void status(std::string_view text) { send("STATUS=" + printable(text)); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds / 2);
}

void ping() { send("WATCHDOG=1"); }

std::vector<ActivatedSocket> activated_sockets() {
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(1, &names);
  std::vector<ActivatedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back({names[i], Descriptor::own(SD_LISTEN_FDS_START + i)});
    ::free(names[i]);
  }
  ::free(names);
  return sockets;
}

}  // namespace cflt::daemon::notify
