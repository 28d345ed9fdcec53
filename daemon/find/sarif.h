// A scan's report as SARIF 2.1.0 (OASIS, 2020), which platforms for code and
// for security read.
//
//   header, results with a comma in front of each but the first, footer
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/exit_code.h"
#include "daemon/find/report.h"

namespace cflt::find {

/// How the scan went.
struct SarifRun {
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point ended;
  std::string host;
  base::ExitCode exit_code = base::kExitClean;
  std::vector<std::string> not_scanned;  // "<path>: <why>"
};

std::string sarif_header();

/// One result, with kSarifSeparator in front.
std::string to_sarif(const Report& report, std::string_view path);

/// What stands before each result; the first is written without.
inline constexpr std::string_view kSarifSeparator = ",\n";

std::string sarif_footer(const SarifRun& run);

}  // namespace cflt::find
