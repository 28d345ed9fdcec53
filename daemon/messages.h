// Our own words, to stderr: "cflt-redact: <what>: <why>".
//
// File names, arguments and error texts can hold a secret or a terminal
// command, so every message passes through the redactor, and control
// characters in it are escaped. Nothing else in this program writes to stderr.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

namespace cflt::daemon {

/// Opens the log; before it, complain() has nowhere to write.
void open_messages();

/// A line that says what went wrong.
void complain(std::string_view message);
/// The same: "<name>: <what the system says>".
void complain_about(std::string_view name,
                    const boost::system::error_code& error);

/// A line that the user asked for (statistics, progress), without a prefix.
void tell(std::string_view message);

/// A line in the place of the last one, on a terminal.
void tell_over(std::string_view message);

/// `text` with its secrets masked, and control characters as \xHH.
std::string safe_text(std::string_view text);

}  // namespace cflt::daemon
