// The API key ID that stands beside a secret: it tells which key to rotate, and
// is not secret itself.
//
//   user=ABCD1234567890AB password=cflt.................. retries=3
//        |<--- key ID --->|        |<---- the secret --->|
//   |<------ 256 bytes ----------->|                     |<- 256 bytes ->|
//
// It is `[A-Z0-9]{16}` with no letter or digit beside it, in the same line.
// Where the secret is in base64, first inside that: HTTP Basic is base64 of
// KEY:SECRET.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "daemon/find/side.h"

namespace cflt::find {

/// Bytes on either side of a secret where its key ID is looked for.
inline constexpr std::size_t kKeyIdReachBytes = 256;

/// The nearest key ID; of two as near, the one before. `context` reaches, where
/// the line does, a byte further than kKeyIdReachBytes on both sides. `secrets`
/// are all that lie in it, `own` too: no part of one is taken for a key ID.
std::optional<std::string> find_key_id(Bytes context, scan::Family family,
                                       const SecretSpan& own,
                                       std::span<const SecretSpan> secrets);

}  // namespace cflt::find
