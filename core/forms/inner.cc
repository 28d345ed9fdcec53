#include "core/forms/inner.h"

#include <algorithm>

#include "core/secret/secret.h"

namespace cflt::forms {

bool is_check_worth_reading(const char* check) {
  const auto is_strict = [](char byte) {
    return secret::value_of(byte) != secret::kNoSymbol;
  };
  return secret::can_be_last(check[secret::kCheckCount - 1]) ||
         !std::all_of(check, check + secret::kCheckCount, is_strict);
}

void read_inner(const char* bytes, std::uint32_t count,
                std::uint32_t strict_limit, RunEnd end, Candidate& candidate) {
  std::uint32_t i = 0;
  for (; i < count && is_inner_symbol(bytes[i]); ++i) {
    if (secret::is_loose(bytes[i])) strict_limit = std::min(strict_limit, i);
    candidate.symbols[i] = secret::canonical(bytes[i]);
  }
  candidate.count = i;
  if (i < count) end = bytes[i] == '*' ? RunEnd::kStar : RunEnd::kByte;
  candidate.strict_count = std::min(strict_limit, i);
  candidate.strict_end = strict_limit <= i ? RunEnd::kByte : end;
}

}  // namespace cflt::forms
