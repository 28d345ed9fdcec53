// Symbols inside another encoding (base64, hex): bytes that stand for symbols.
#pragma once

#include "core/forms/reading.h"

namespace cflt::forms {

inline constexpr std::uint32_t kNoLimit = UINT32_MAX;

/// True where the last byte of a check can be one, or where one of its bytes
/// is anything but a strict symbol: then a candidate has to be read to be
/// judged.
bool is_check_worth_reading(const char* check);

/// Reads the candidate in place: its first `count` symbols are decoded bytes.
/// `strict_limit` of them come before the first loose symbol of the outer
/// encoding (kNoLimit: there is none); `end` says why the outer run goes no
/// further.
void read_inner(std::uint32_t count, std::uint32_t strict_limit, RunEnd end,
                Candidate& candidate);

/// 1 for the `count` values from `from` on, else 0: without a branch, so that
/// a loop over it is compiled to SIMD.
constexpr unsigned is_in(unsigned value, unsigned from, unsigned count) {
  return static_cast<std::uint8_t>(value - from) < count;
}

/// True for bytes that are a symbol, loose ones too.
bool is_inner_symbol(char byte);

}  // namespace cflt::forms
