#include "core/forms/inner.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::forms {
namespace {

constexpr bool is_strict(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (is_in(c | 0x20, 'a', 26) | is_in(c, '/', 11) | is_in(c, '+', 1)) != 0;
}

static_assert(is_strict('/') && is_strict('0') && is_strict('9'));

constexpr std::uint32_t kStep = 16;

/// Without a branch in it, so that it is compiled to SIMD.
void and_strict(const char* bytes, std::array<std::uint8_t, kStep>& strict) {
  for (std::uint32_t i = 0; i < kStep; ++i) strict[i] &= is_strict(bytes[i]);
}

/// Sixteen at a time, the last sixteen maybe twice.
bool are_strict(const char* bytes, std::uint32_t count) {
  if (count < kStep) {
    bool all = true;
    for (std::uint32_t i = 0; i < count; ++i) all &= is_strict(bytes[i]);
    return all;
  }
  std::array<std::uint8_t, kStep> strict;
  strict.fill(1);
  for (std::uint32_t at = 0; at + kStep < count; at += kStep) {
    and_strict(bytes + at, strict);
  }
  and_strict(bytes + count - kStep, strict);
  const auto [low, high] = std::bit_cast<std::array<std::uint64_t, 2>>(strict);
  return (low & high) == 0x0101010101010101;
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
  char* bytes = candidate.first();
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
