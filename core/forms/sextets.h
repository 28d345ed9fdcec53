// Base64 without its alphabet: values of six bits to bytes (RFC 4648, 4).
#pragma once

#include <cstdint>

namespace cflt::forms {

/// So many values are decoded at once, to three bytes for every four of them.
inline constexpr std::uint32_t kBlockValues = 16;
inline constexpr std::uint32_t kBlockBytes = 12;

/// The blocks that `byte_count` bytes take.
constexpr std::uint32_t blocks_of(std::uint32_t byte_count) {
  return (byte_count + kBlockBytes - 1) / kBlockBytes;
}

/// Decodes `blocks` blocks; of each value, the low six bits. May write 4 bytes
/// more, which mean nothing.
void decode_sextets(const std::uint8_t* values, std::uint32_t blocks,
                    char* bytes);

/// The same on any CPU.
void decode_sextets_portably(const std::uint8_t* values, std::uint32_t blocks,
                             char* bytes);

}  // namespace cflt::forms
