#include "core/secret/secret.h"

#include <isa-l.h>

#include <cstring>

#include "core/secret/alphabet.h"

namespace cflt::secret {
namespace {

std::uint32_t crc_of(const char* body) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(body),
                         kBodyCount);
}

/// The CRC that a check stands for; its last symbol can be one.
std::uint32_t decode_check(const char* check) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < kCheckCount; ++i) {
    bits = bits << 6 | value_of(check[i]);
  }
  return __builtin_bswap32(static_cast<std::uint32_t>(bits >> 4));
}

/// Check symbols that prove something: two of them agree by chance once in
/// 4,096 times.
constexpr std::uint32_t kProvingCount = 2;

/// Without the rest of the check, only the mix of characters tells a secret
/// from a long name.
bool is_mixed(const char* body) {
  bool upper = false;
  bool lower = false;
  bool digit = false;
  for (const char* p = body; p != body + kBodyCount; ++p) {
    upper |= 'A' <= *p && *p <= 'Z';
    lower |= 'a' <= *p && *p <= 'z';
    digit |= '0' <= *p && *p <= '9';
  }
  return upper && lower && digit;
}

bool is_truncated(const Candidate& candidate) {
  const std::uint32_t count = candidate.strict_count;
  if (count < kBodyCount || count >= kSymbolCount ||
      candidate.strict_end != RunEnd::kByte) {
    return false;
  }
  const char* body = candidate.symbols;
  const std::uint32_t check_count = count - kBodyCount;
  const auto check = check_of(body);
  return std::memcmp(body + kBodyCount, check.data(), check_count) == 0 &&
         (check_count >= kProvingCount || is_mixed(body));
}

}  // namespace

std::array<char, kCheckCount> check_of(const char* body) {
  const std::uint32_t crc = crc_of(body);
  // 32 bits, first byte first, and 4 zero bits: six groups of six.
  std::uint64_t bits = std::uint64_t{__builtin_bswap32(crc)} << 4;
  std::array<char, kCheckCount> check;
  for (std::uint32_t i = kCheckCount; i-- > 0; bits >>= 6) {
    check[i] = kAlphabet[bits & 63];
  }
  return check;
}

Verdict judge(const Candidate& candidate, bool with_truncated) {
  const char* symbols = candidate.symbols;
  const bool shaped =
      candidate.count == kSymbolCount && can_be_last(symbols[kSymbolCount - 1]);
  if (shaped) {
    if (decode_check(symbols + kBodyCount) == crc_of(symbols)) {
      return Verdict::kFound;
    }
  }
  if (with_truncated && is_truncated(candidate)) {
    return candidate.strict_count < kBodyCount + kProvingCount
               ? Verdict::kSuspected
               : Verdict::kTruncated;
  }
  return shaped ? Verdict::kRejected : Verdict::kFailed;
}

void warm_up() {
  const std::array<char, kBodyCount> body{};
  static_cast<void>(crc_of(body.data()));
}

}  // namespace cflt::secret
