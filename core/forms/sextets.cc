#include "core/forms/sextets.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace cflt::forms {
namespace {

#ifdef __x86_64__
/// Two multiplications join the values by two, then by four; what stands in
/// each 32 bits then is three bytes, last byte first.
[[gnu::target("ssse3")]] void decode_ssse3(const std::uint8_t* values,
                                           std::uint32_t blocks, char* bytes) {
  const __m128i six_bits = _mm_set1_epi8(63);
  const __m128i by_two = _mm_set1_epi16(0x0140);       // v0 * 64 + v1
  const __m128i by_four = _mm_set1_epi32(0x00011000);  // w0 * 4096 + w1
  const __m128i order =
      _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  for (; blocks > 0; --blocks, values += kBlockValues, bytes += kBlockBytes) {
    const __m128i sixteen =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(values));
    const __m128i twos =
        _mm_maddubs_epi16(_mm_and_si128(sixteen, six_bits), by_two);
    const __m128i fours = _mm_madd_epi16(twos, by_four);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes),
                     _mm_shuffle_epi8(fours, order));
  }
}
#endif

}  // namespace

void decode_sextets_portably(const std::uint8_t* values, std::uint32_t blocks,
                             char* bytes) {
  const std::uint8_t* const end = values + std::size_t{blocks} * kBlockValues;
  for (; values != end; values += 4, bytes += 3) {
    const unsigned bits = (values[0] & 63U) << 18 | (values[1] & 63U) << 12 |
                          (values[2] & 63U) << 6 | (values[3] & 63U);
    bytes[0] = static_cast<char>(bits >> 16);
    bytes[1] = static_cast<char>(bits >> 8);
    bytes[2] = static_cast<char>(bits);
  }
}

void decode_sextets(const std::uint8_t* values, std::uint32_t blocks,
                    char* bytes) {
#ifdef __x86_64__
  static const bool has_ssse3 = __builtin_cpu_supports("ssse3");
  if (has_ssse3) return decode_ssse3(values, blocks, bytes);
#endif
  decode_sextets_portably(values, blocks, bytes);
}

}  // namespace cflt::forms
