// Text of ours that may hold somebody else's bytes, fit for a log or a label.
#pragma once

#include <string>
#include <string_view>

namespace cflt::daemon {

/// safe_text(): valid UTF-8 without control characters.
std::string printable(std::string_view text);

}  // namespace cflt::daemon
