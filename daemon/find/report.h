// What is said about one finding: where it is and what it is, never the secret
// and nothing else of its line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/forms/form.h"
#include "core/secret/secret.h"

namespace cflt::find {

struct Report {
  std::uint64_t offset = 0;  // of the anchor's first byte, from 0
  std::uint64_t line = 0;    // from 1; a line feed ends one
  std::uint64_t column = 0;  // from 1, in bytes
  forms::Form form = forms::Form::kPlain;
  secret::Verdict verdict = secret::Verdict::kFound;
  std::optional<std::string> key_id;
  std::optional<std::string> fingerprint;  // of a whole secret only
  std::string owner;  // as a map of fingerprints says; empty: unknown
};

/// What speaks for a secret: its checksum, a part of it, or its shape alone.
std::string_view proof_of(secret::Verdict verdict);

}  // namespace cflt::find
