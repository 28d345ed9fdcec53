// The command line: arguments to plain structs. command_line/ has a
// parser for each verb.
#pragma once

#include <span>
#include <string>

#include "daemon/command_line/command.h"

namespace cflt::command_line {

/// `arguments` without the program's name.
Command parse_command_line(std::span<const std::string> arguments,
                           bool stdin_is_terminal);

}  // namespace cflt::command_line
