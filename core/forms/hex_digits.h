// Hex digits to bytes (RFC 4648, 8).
#pragma once

#include <cstdint>

namespace cflt::forms {

/// So many bytes are decoded at once.
inline constexpr std::uint32_t kHexBlockBytes = 8;

/// Decodes at least `count` bytes, in blocks of kHexBlockBytes: as many digits
/// are read, and as many bytes written. What is no digit means nothing.
void decode_hex(const char* digits, std::uint32_t count, char* bytes);

/// The same on any CPU.
void decode_hex_portably(const char* digits, std::uint32_t count, char* bytes);

}  // namespace cflt::forms
