#include "core/forms/inner.h"

#include <algorithm>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::forms {
namespace {

constexpr bool is_strict(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (is_in(c | 0x20, 'a', 26) | is_in(c, '/', 11) | is_in(c, '+', 1)) != 0;
}

static_assert(is_strict('/') && is_strict('0') && is_strict('9'));

/// Without a branch in it, so that it is compiled to SIMD.
bool are_strict(const char* bytes, std::uint32_t count) {
  unsigned strict = 1;
  for (std::uint32_t i = 0; i < count; ++i) strict &= is_strict(bytes[i]);
  return strict != 0;
}

}  // namespace

bool is_inner_symbol(char byte) {
  return secret::value_of(secret::canonical(byte)) != secret::kNoSymbol;
}

bool is_check_worth_reading(const char* check) {
  return secret::can_be_last(check[secret::kCheckCount - 1]) ||
         !are_strict(check, secret::kCheckCount);
}

void read_inner(std::uint32_t count, std::uint32_t strict_limit, RunEnd end,
                Candidate& candidate) {
  char* bytes = candidate.decoded.data();
  std::uint32_t i = are_strict(bytes, count) ? count : 0;
  for (; i < count && is_inner_symbol(bytes[i]); ++i) {
    if (secret::is_loose(bytes[i])) strict_limit = std::min(strict_limit, i);
    bytes[i] = secret::canonical(bytes[i]);
  }
  if (i < count) end = bytes[i] == '*' ? RunEnd::kStar : RunEnd::kByte;
  candidate.count = i;
  candidate.strict_count = std::min(strict_limit, i);
  candidate.strict_end = strict_limit <= i ? RunEnd::kByte : end;
}

}  // namespace cflt::forms
