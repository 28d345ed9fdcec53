// Redacts a short text at once: our own words, not the stream's bytes.
#pragma once

#include <string>
#include <string_view>

namespace cflt::stream {

/// `text` with its secrets masked, in all forms. By the scalar matcher, so
/// that it depends on nothing that it may have to report about. Allocates.
std::string redact_text(std::string_view text);

}  // namespace cflt::stream
