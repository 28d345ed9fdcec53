// Text inside another encoding (base64, hex): decoded bytes that write symbols.
#pragma once

#include "core/forms/reading.h"

namespace cflt::forms {

inline constexpr std::uint32_t kNoLimit = UINT32_MAX;

/// The most bytes that a window of symbols decodes to.
inline constexpr std::uint32_t kMostInnerBytes = 512 * 6 / 8;

/// True where one of the bytes begins an escape.
bool has_escape(const char* bytes, std::uint32_t count);

/// True where all bytes are symbols, and none is a loose one.
bool are_strict(const char* bytes, std::uint32_t count);

/// Of kSymbolCount bytes: true where the last can be that of a check, or where
/// something is escaped, or one of the check's bytes is anything but a strict
/// symbol. Else there is no need to read the candidate to judge it.
bool is_worth_reading(const char* text);

/// What outer symbols decode to, and how far.
struct InnerText {
  const char* bytes;
  std::uint32_t count;
  /// So many bytes come before the first loose symbol of the outer encoding
  /// (kNoLimit: there is none).
  std::uint32_t strict_limit;
  /// Why the outer run goes no further.
  RunEnd end;
};

/// Reads the candidate in place: the first bytes of the text, up to
/// kSymbolCount, stand at its first() and none of them begins an escape.
void read_inner(const InnerText& text, Candidate& candidate);

/// The same for any text, which is elsewhere.
void read_escaped(const InnerText& text, How ways, Candidate& candidate);

/// 1 for the `count` values from `from` on, else 0: without a branch, so that
/// a loop over it is compiled to SIMD.
constexpr unsigned is_in(unsigned value, unsigned from, unsigned count) {
  return static_cast<std::uint8_t>(value - from) < count;
}

/// True where bytes may begin a secret: symbols, loose ones too, up to the
/// first escape.
bool can_begin_inner(const char* bytes, std::uint32_t count);

}  // namespace cflt::forms
