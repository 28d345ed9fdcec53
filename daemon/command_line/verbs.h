// A parser for each verb; `arguments` are those behind it.
#pragma once

#include "daemon/command_line/parser.h"

namespace cflt::daemon {

Command parse_filter(Arguments arguments, bool stdin_is_terminal);
Command parse_canary(Arguments arguments);
Command parse_exec(Arguments arguments);
Command parse_scan(Arguments arguments, bool stdin_is_terminal);
Command parse_serve(Arguments arguments);
Command parse_validate(Arguments arguments);
Command parse_health(Arguments arguments);

}  // namespace cflt::daemon
