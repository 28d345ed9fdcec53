// What a secret is called in a report: the same for all its written forms.
//
//   first 16 hex digits of SHA-256("cflt-redact fingerprint v1" NUL secret)
//
// 64 bits tell secrets apart and say nothing about them: a secret has 324
// bits that nobody can go through.
#pragma once

#include <array>
#include <string>

#include "core/secret/candidate.h"

namespace cflt::find {

/// `symbols` are those behind `cflt`, canonical. Throws where the library for
/// cryptography refuses to work.
std::string fingerprint(const std::array<char, secret::kSymbolCount>& symbols);

}  // namespace cflt::find
