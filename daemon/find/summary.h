// The summary of a scan: --stats.
#pragma once

#include <chrono>
#include <string>

#include "daemon/filter/statistics.h"

namespace cflt::find {

struct ScanSummary {
  filter::Statistics totals;  // without lines
  std::uint64_t files = 0;
  std::uint64_t not_looked_into = 0;
  std::uint64_t failed = 0;   // of the paths that were named
  std::uint64_t packed = 0;   // compressed, and not decompressed
  std::uint64_t links = 0;    // symbolic, not followed
  std::uint64_t ignored = 0;  // findings that were not reported
};

/// When and where it was made, and by what.
struct Evidence {
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point ended;
  std::string host;
};

/// One line for people.
std::string to_text(const ScanSummary& summary);

/// One JSON object, one line.
std::string to_json(const ScanSummary& summary);

/// The same as evidence: `{"summary":{...}}` and a line feed.
std::string to_evidence(const ScanSummary& summary, const Evidence& evidence);

}  // namespace cflt::find
