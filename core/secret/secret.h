// The format of a Confluent Cloud API secret, and its proof.
//
//   cflt <body: 54 symbols> <check: 6 symbols>
//   check = base64(CRC-32 of the body, little-endian)[0..6)
//
// Source: Confluent Cloud documentation, "Use API Keys to Authenticate to
// Confluent Cloud". The CRC is ISA-L's crc32_gzip_refl, which is zlib's crc32.
#pragma once

#include <array>
#include <cstdint>

#include "core/secret/candidate.h"

namespace cflt::secret {

enum class Verdict : std::uint8_t {
  kFound,      // proven by its checksum
  kTruncated,  // cut short within the check, and what is left of it agrees
  kSuspected,  // cut short where there is no check, or one symbol: no proof
  kRejected,   // the shape of a secret, and a wrong checksum
  kFailed,     // not even the shape
};

/// The check of `body`, kBodyCount symbols.
std::array<char, kCheckCount> check_of(const char* body);

/// True for the symbols that can be the last of a check: 32 bits fill the
/// first 2 of its 6.
constexpr bool can_be_last(char symbol) {
  return symbol == 'A' || symbol == 'Q' || symbol == 'g' || symbol == 'w';
}

/// True for what was cut short, whether something proves it or not.
constexpr bool is_cut_short(Verdict verdict) {
  return verdict == Verdict::kTruncated || verdict == Verdict::kSuspected;
}

/// docs/language.md, 4. `with_truncated` off: neither kTruncated nor
/// kSuspected.
Verdict judge(const Candidate& candidate, bool with_truncated);

/// Chooses ISA-L's implementation for this CPU, which its first call does.
void warm_up();

}  // namespace cflt::secret
