// What a command line asks for: a plain struct for each verb.
#pragma once

#include <string>
#include <variant>

#include "daemon/canary/canary_command.h"
#include "daemon/exec/exec_command.h"
#include "daemon/filter/filter.h"
#include "daemon/find/scan_command.h"
#include "daemon/fingerprints/fingerprint_command.h"
#include "daemon/serve/health_command.h"
#include "daemon/serve/serve_command.h"
#include "daemon/serve/validate_command.h"

namespace cflt::command_line {

/// Text asked for (help, version), for stdout.
struct Answer {
  std::string text;
};

/// A command line that means nothing, and why.
struct UsageError {
  std::string message;
};

/// stdin is a terminal and no FILE is named: somebody tries it out.
struct ShortHelp {
  std::string text;
};

using Command =
    std::variant<filter::FilterOptions, exec::ExecOptions, find::ScanOptions,
                 canary::CanaryOptions, canary::Run,
                 canary::CanaryVerifyOptions, fingerprints::FingerprintOptions,
                 serve::control::ServeOptions, serve::ValidateOptions,
                 serve::HealthOptions, Answer, UsageError, ShortHelp>;

}  // namespace cflt::command_line
