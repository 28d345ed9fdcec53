// Text of ours that may hold somebody else's bytes, fit for a log or a label.
#pragma once

#include <string>
#include <string_view>

namespace cflt::daemon {

/// safe_text(), and as \xHH also what is not UTF-8 or is a control character
/// of the C1 set. The result is valid UTF-8 without control characters.
std::string printable(std::string_view text);

}  // namespace cflt::daemon
