// The scan verb: looks into files and trees of them, and reports what it finds.
//
//   Walker ──▶ worker ── Examiner ──▶ OrderedOutput ──▶ stdout
//          ──▶ worker ── Examiner ──▶
//
// Nothing is changed and nothing is ignored; what could not be looked into is
// told at the end.
#pragma once

#include <string>
#include <vector>

#include "core/stream/rules.h"
#include "daemon/base/exit_code.h"
#include "daemon/filter/filter.h"

namespace cflt::find {

enum class ColorChoice { kAuto, kAlways, kNever };

enum class OutputFormat { kText, kJson, kSarif };

struct ScanOptions {
  std::vector<std::string> paths;    // none: stdin
  std::vector<std::string> names;    // maps of fingerprints
  std::vector<std::string> ignored;  // the same: not reported
  stream::Options rules;
  filter::StatsFormat stats = filter::StatsFormat::kNone;
  ColorChoice color = ColorChoice::kAuto;
  filter::Decompress decompress = filter::Decompress::kNo;
  OutputFormat format = OutputFormat::kText;
  bool summary = false;  // an object of it, the last of the output
  bool strict = false;   // what could not be scanned is an error
};

base::ExitCode run_scan(const ScanOptions& options);

}  // namespace cflt::find
