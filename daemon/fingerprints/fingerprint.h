// What a secret is called in a report: the same for all its written forms.
//
//   first 16 hex digits of SHA-256("cflt-redact fingerprint v1" NUL secret)
//
// 64 bits tell secrets apart and say nothing about them: a secret has 324
// bits that nobody can go through.
#pragma once

#include <array>
#include <span>
#include <string>

#include "core/secret/candidate.h"

namespace cflt::fingerprints {

/// `symbols` are those behind `cflt`, canonical. Throws where the library for
/// cryptography refuses to work.
std::string fingerprint(const std::array<char, secret::kSymbolCount>& symbols);

/// All characters of a secret, with or without `cflt`.
inline constexpr std::size_t kSecretBytes = 4 + secret::kSymbolCount;

/// The same, of a whole secret.
std::string fingerprint_of(std::span<const char, kSecretBytes> secret);

}  // namespace cflt::fingerprints
