// Symbols inside another encoding (base64, hex): bytes that stand for symbols.
#pragma once

#include "core/forms/candidates.h"
#include "core/secret/alphabet.h"

namespace cflt::forms {

inline bool is_inner_symbol(char byte) {
  return secret::value_of(secret::canonical(byte)) != secret::kNoSymbol;
}

/// True where the last symbol of a check may be the byte `last`, or where one
/// of the check's bytes is anything but a strict symbol: then a candidate has
/// to be read to be judged.
bool is_check_worth_reading(const char* check);

/// Reads the candidate from `count` decoded bytes. `strict_limit` of them come
/// before the first loose symbol of the outer encoding (kNoLimit: there is
/// none); `end` says why the outer run goes no further.
void read_inner(const char* bytes, std::uint32_t count,
                std::uint32_t strict_limit, RunEnd end, Candidate& candidate);

inline constexpr std::uint32_t kNoLimit = UINT32_MAX;

}  // namespace cflt::forms
