// A run of canaries: lines that can be searched for at the far end of a
// pipeline, each with a fake secret.
//
//   cflt-canary run=ID check=HEX n=K/N form=FORM <the secret, written in FORM>
//
// The secret of line K comes from the seed, the ID and K, and from nothing
// else: who knows the seed can prove that what arrived is what was sent. The
// check comes from the seed and the ID: an audit with another seed would look
// for secrets that were never sent, and find none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/forms/form.h"

namespace cflt::canary {

/// What a run's audit keeps in memory grows with it: 10 MiB for the longest.
inline constexpr std::uint32_t kMaxRunLines = 10000;

/// The forms that have their turns: syslog has no UTF-16, whose NULs end its
/// records.
inline constexpr std::uint32_t kTurnCount = forms::kFormCount - 1;
static_assert(static_cast<std::size_t>(forms::Form::kUtf16) == kTurnCount);

struct Run {
  std::string id;
  std::uint64_t seed = 0;
  std::uint32_t line_count = kTurnCount;
  /// None: each form in turn, but UTF-16.
  std::optional<forms::Form> form;
};

/// 1 to 64 of A-Z a-z 0-9 . _ -
bool is_run_id(std::string_view id);

/// Of line `number`, from 1 on, where each form has its turn.
forms::Form form_in_turn(std::uint32_t number);

/// What every line says of its run and seed.
std::uint32_t check_of(std::string_view id, std::uint64_t seed);

/// 64 characters. At least 10 in a row are letters and digits, which no way of
/// writing changes.
std::string secret_of(const Run& run, std::uint32_t number);

/// Line `number`, from 1 on, without a newline.
std::string line_of(const Run& run, std::uint32_t number);

/// What stands in front of a secret.
struct Prefix {
  std::uint32_t check;
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
