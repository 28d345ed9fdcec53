// What the daemon tells its service manager, and what it got from it: the
// protocols of sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3).
// Without a manager nothing happens. Why not libsystemd:
// docs/decisions/serve_control.md.
//
// Any thread, but activated_sockets(): at the start, once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/descriptor.h"

namespace cflt::serve::net::notify {

/// Configured and listening; also after a reload.
void ready();
/// Before ready(), a reload begins.
void reloading();
/// The drain begins.
void stopping();

/// How often ping() is wanted at least: half of WatchdogSec. None: not wanted.
std::optional<std::chrono::microseconds> watchdog_interval();
/// All is well.
void ping();

struct ActivatedSocket {
  std::string name;     // FileDescriptorName=, `unknown` without it
  base::Descriptor fd;  // closed in a child of exec
};

/// Those that were passed, in the order of the socket units. The next call
/// finds none.
std::vector<ActivatedSocket> activated_sockets();

}  // namespace cflt::serve::net::notify
