#include "core/forms/hex_digits.h"

#include <cstddef>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace cflt::forms {
namespace {

constexpr unsigned hex_value_of(char digit) {
  const auto c = static_cast<unsigned char>(digit);
  return (c & 15U) + 9U * (c >> 6);
}

#ifdef __x86_64__
/// A digit's value is its low four bits, and 9 more for a letter; one
/// multiplication joins two of them.
[[gnu::target("ssse3")]] void decode_hex_ssse3(const char* digits,
                                               std::uint32_t count,
                                               char* bytes) {
  const __m128i low = _mm_set1_epi8(15);
  const __m128i letter = _mm_set1_epi8('9');
  const __m128i nine = _mm_set1_epi8(9);
  const __m128i by_two = _mm_set1_epi16(0x0110);  // v0 * 16 + v1
  for (std::size_t i = 0; i < count; i += kHexBlockBytes) {
    const __m128i sixteen =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(digits + 2 * i));
    const __m128i more = _mm_and_si128(_mm_cmpgt_epi8(sixteen, letter), nine);
    const __m128i values = _mm_add_epi8(_mm_and_si128(sixteen, low), more);
    const __m128i pairs = _mm_maddubs_epi16(values, by_two);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(bytes + i),
                     _mm_packus_epi16(pairs, pairs));
  }
}
#endif

}  // namespace

void decode_hex_portably(const char* digits, std::uint32_t count, char* bytes) {
  const std::size_t blocks = (count + kHexBlockBytes - 1) / kHexBlockBytes;
  for (std::size_t i = 0; i < blocks * kHexBlockBytes; ++i, digits += 2) {
    bytes[i] = static_cast<char>(hex_value_of(digits[0]) << 4 |
                                 hex_value_of(digits[1]));
  }
}

void decode_hex(const char* digits, std::uint32_t count, char* bytes) {
#ifdef __x86_64__
  static const bool has_ssse3 = __builtin_cpu_supports("ssse3");
  if (has_ssse3) return decode_hex_ssse3(digits, count, bytes);
#endif
  decode_hex_portably(digits, count, bytes);
}

}  // namespace cflt::forms
