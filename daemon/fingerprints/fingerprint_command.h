// `fingerprint`: secrets in, their fingerprints out, as lines of a map
// (fingerprint_map.h).
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/error.h"
#include "daemon/base/exit_code.h"

namespace cflt::fingerprints {

struct FingerprintOptions {
  std::string path = "-";
};

/// A line of a map, with its line feed, of `SECRET [KEYID [OWNER]]`; nothing of
/// an empty line or a comment. The error has no word of the line.
base::Result<std::string> map_line_of(std::string_view line);

/// kExitError where a line is refused, which is told by its number. The others
/// are printed.
base::ExitCode run_fingerprint(const FingerprintOptions& options);

}  // namespace cflt::fingerprints
