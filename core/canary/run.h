// A run of canaries: lines that can be searched for at the far end of a
// pipeline, each with a fake secret.
//
//   cflt-canary run=ID n=K/N form=FORM <the secret, written in FORM>
//
// The secret of line K comes from the seed, the ID and K, and from nothing
// else: who knows the seed can prove that what arrived is what was sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/forms/form.h"

namespace cflt::canary {

/// What a run's audit keeps in memory grows with it: 10 MiB for the longest.
inline constexpr std::uint32_t kMaxRunLines = 10000;

struct Run {
  std::string id;
  std::uint64_t seed = 0;
  std::uint32_t line_count = forms::kFormCount;
  /// None: each form in turn.
  std::optional<forms::Form> form;
};

/// 1 to 64 of A-Z a-z 0-9 . _ -
bool is_run_id(std::string_view id);

/// Of line `number`, from 1 on, where each form has its turn.
forms::Form form_in_turn(std::uint32_t number);

/// 64 characters. At least 10 in a row are letters and digits, which no way of
/// writing changes.
std::string secret_of(const Run& run, std::uint32_t number);

/// Line `number`, from 1 on, without a newline.
std::string line_of(const Run& run, std::uint32_t number);

/// What stands in front of a secret.
struct Prefix {
  std::uint32_t number;
  std::uint32_t line_count;
  forms::Form form;
  std::size_t size;  // in bytes, as it is written here
};

inline constexpr std::size_t kMaxPrefixBytes = 256;

/// The prefix that `text` begins with, if it is one of the run `id`. Its
/// spaces, `=` and `/` may be escaped as JSON, URLs and HTML do.
std::optional<Prefix> read_prefix(std::string_view text, std::string_view id);

}  // namespace cflt::canary
