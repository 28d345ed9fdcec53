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

struct ScanOptions {
  std::vector<std::string> paths;  // none: stdin
  stream::Options rules;
  filter::StatsFormat stats = filter::StatsFormat::kNone;
  ColorChoice color = ColorChoice::kAuto;
  filter::Decompress decompress = filter::Decompress::kNo;
  bool json = false;
  bool strict = false;  // what could not be scanned is an error
};

base::ExitCode run_scan(const ScanOptions& options);

}  // namespace cflt::find
