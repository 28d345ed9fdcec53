// `health`: asks a running daemon how it is, for images without a shell.
#pragma once

#include <optional>
#include <string>

#include "daemon/exit_code.h"

namespace cflt::daemon {

struct HealthOptions {
  std::string address = "127.0.0.1:9469";  // HOST:PORT
  bool ready = false;                      // /readyz, not /livez
  std::string config_path;  // -c; not empty: address is service.admin there
};

/// HOST:PORT to ask; where the file gives none, that is told.
std::optional<std::string> health_address(const HealthOptions& options);

ExitCode run_health(const HealthOptions& options);

}  // namespace cflt::daemon
