// `health`: asks a running daemon how it is, for images without a shell.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "config/settings.h"
#include "daemon/base/exit_code.h"

namespace cflt::serve {

struct HealthOptions {
  std::string address = "127.0.0.1:9469";  // HOST:PORT
  bool ready = false;                      // /readyz, not /livez
  std::chrono::milliseconds wait{0};       // for a good answer
  std::string config_path;  // -c; not empty: address is service.admin there
};

/// Whom to ask; where that cannot be said, why is told.
std::optional<config::Address> health_address(const HealthOptions& options);

/// As probe_health() (health_probe.h).
base::ExitCode run_health(const HealthOptions& options);

}  // namespace cflt::serve
