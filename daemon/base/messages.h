// Our own words, to stderr: "cflt-redact: <what>: <why>".
//
// File names, arguments and error texts can hold a secret or a terminal
// command, so every message passes through the redactor, and what a terminal
// might obey is escaped. Nothing else in this program writes to stderr, but
// CFLT_CHECK (words of ours only) and the daemon's log (serve/log/log.h), which
// passes through safe_text() too.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

namespace cflt::base {

/// Opens the log; before it, complain() has nowhere to write.
/// From here on, an exception that nobody caught ends the program with
/// kExitInternal and a message like any other.
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

/// `text` with its secrets masked, and as \xHH each byte of: control characters
/// (C0, DEL, C1), what changes the direction of text (a name must not read as
/// another), line and paragraph separators, and what is not UTF-8. All other
/// UTF-8 stays, so the result is valid UTF-8 on one line.
std::string safe_text(std::string_view text);

}  // namespace cflt::base
