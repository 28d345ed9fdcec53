// What stands in the place of a secret (docs/language.md, 5).
//
// A mask begins with the anchor, which is not secret and has left already; the
// tail made here follows it. Stars stop every reader and never end a truncated
// candidate, so redacting redacted output changes nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/scan/anchor.h"

namespace cflt::redact {

enum class MaskLength : std::uint8_t {
  kShort,  // `cflt****`
  kSame,   // as many bytes as there were
};

/// The bytes behind an anchor that are replaced, or the last of them, where the
/// first were replaced already.
struct Span {
  scan::Family family;
  Bytes bytes;
  std::uint32_t text_bytes;  // of the text that all its symbols write
  char last_symbol;  // the last written one: base64 keeps its bits that belong
                     // to the next byte
};

/// Appends the tail of the short mask; never more bytes than the span has, or
/// than there is room for.
void append_short_mask(const Span& span, std::vector<char>& to);

/// The same for the mask of the same length.
void append_same_length_mask(const Span& span, std::vector<char>& to);

/// The digits of `*`, as those of the span are written.
std::string_view star_of(const Span& span);

/// Appends `bytes`; there is room for them.
void append(Bytes bytes, std::vector<char>& to);

}  // namespace cflt::redact
