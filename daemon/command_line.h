// The command line: arguments to plain structs. command_line/ has a
// parser for each verb.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "daemon/canary_command.h"
#include "daemon/exec/exec_command.h"
#include "daemon/filter.h"
#include "daemon/scan/scan_command.h"
#include "daemon/serve/health_command.h"
#include "daemon/serve/serve_command.h"
#include "daemon/serve/validate_command.h"

namespace cflt::daemon {

/// Text asked for (help, version), for stdout.
struct Answer {
  std::string text;
};

/// A command line that means nothing, and why.
struct UsageError {
  std::string message;
};

/// stdin is a terminal and no FILE is named: somebody tries it out.
struct ShortHelp {
  std::string text;
};

using Command =
    std::variant<FilterOptions, ExecOptions, ScanOptions, CanaryOptions,
                 canary::Run, CanaryVerifyOptions, ServeOptions,
                 ValidateOptions, HealthOptions, Answer, UsageError, ShortHelp>;

/// `arguments` without the program's name.
Command parse_command_line(std::span<const std::string> arguments,
                           bool stdin_is_terminal);

}  // namespace cflt::daemon
