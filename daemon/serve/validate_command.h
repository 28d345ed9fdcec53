// `validate`: reads a configuration and says what it would take. Binds and
// resolves nothing, and needs no rights but to read the file.
#pragma once

#include <string>

#include "daemon/base/exit_code.h"

namespace cflt::serve {

struct ValidateOptions {
  std::string config_path;
  bool no_environment = false;  // leave ${NAME} alone, and unchecked
};

base::ExitCode run_validate(const ValidateOptions& options);

}  // namespace cflt::serve
