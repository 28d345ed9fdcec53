// The summary of a scan: --stats.
#pragma once

#include <string>

#include "daemon/filter/statistics.h"

namespace cflt::find {

struct ScanSummary {
  filter::Statistics totals;  // without lines
  std::uint64_t files = 0;
  std::uint64_t not_looked_into = 0;
  std::uint64_t packed = 0;  // compressed, and not decompressed
  std::uint64_t links = 0;   // symbolic, not followed
};

/// One line for people.
std::string to_text(const ScanSummary& summary);

/// One JSON object, one line.
std::string to_json(const ScanSummary& summary);

}  // namespace cflt::find
