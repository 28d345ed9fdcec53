// Findings as lines, or as results of a SARIF document.
#pragma once

#include <string>
#include <string_view>

#include "daemon/find/report.h"

namespace cflt::find {

enum class ReportFormat { kText, kColorText, kJson, kSarif };

/// Lines, with their line feeds, about findings in one input.
class ReportWriter {
 public:
  /// `path` may hold a secret or a terminal's command: it is made safe here.
  ReportWriter(ReportFormat format, std::string_view path);

  void append(const Report& report, std::string& output) const;

 private:
  ReportFormat format_;
  std::string path_;
};

}  // namespace cflt::find
