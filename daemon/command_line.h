// The command line: arguments to plain structs. The only user of CLI11.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "daemon/canary_command.h"
#include "daemon/filter.h"

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
    std::variant<FilterOptions, CanaryOptions, Answer, UsageError, ShortHelp>;

/// `arguments` without the program's name.
Command parse_command_line(std::span<const std::string> arguments,
                           bool stdin_is_terminal);

}  // namespace cflt::daemon
