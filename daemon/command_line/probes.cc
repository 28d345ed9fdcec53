// validate and health: questions about a daemon that is to run, or runs.
#include "config/address.h"
#include "config/values.h"
#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kValidateHelp =
    R"(Reads a configuration as serve would, and says what it takes. Binds and resolves
nothing; needs no rights but to read the file.

Examples:
  cflt-redact validate -c config.yaml
  cflt-redact validate -c config.yaml --no-environment   where variables are not set

Exit codes: 0 good, 78 not; all that is wrong is told as file:line:column: why.
)";

constexpr const char* kHealthHelp =
    R"(Asks a running daemon how it is, for images without a shell.

Examples:
  cflt-redact health                         is it alive?
  cflt-redact health --ready                 does it take records?
  cflt-redact health --ready --wait 10s      for scripts that have just started it
  cflt-redact health -c config.yaml          where service.admin is another
Exit codes: 0 yes, 1 no, 2 no answer or usage, 78 configuration.
)";

struct ValidateVerb {
  CLI::App app{kValidateHelp, "cflt-redact validate"};
  serve::ValidateOptions options;

  ValidateVerb() {
    add_common(app);
    app.add_option("-c,--config", options.config_path,
                   "Read this file; `-` is stdin")
        ->type_name("FILE");
    app.add_flag("--no-environment", options.no_environment,
                 "Leave ${NAME} alone, and its value unchecked");
  }
};

struct HealthVerb {
  CLI::App app{kHealthHelp, "cflt-redact health"};
  serve::HealthOptions options;
  std::string wait;

  HealthVerb() {
    add_common(app);
    app.add_option("-c,--config", options.config_path,
                   "Take the address from service.admin in this file")
        ->type_name("FILE");
    app.add_option("--address", options.address, "Where to ask")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    app.add_flag("--ready", options.ready,
                 "Whether it takes records, not only whether it lives");
    app.add_option("--wait", wait,
                   "Ask again for so long, until the answer is yes")
        ->type_name("DURATION");
  }
};

}  // namespace

void visit_validate(const OptionsVisitor& visit) { visit(ValidateVerb().app); }

Command parse_validate(Arguments arguments) {
  ValidateVerb verb;
  auto& [app, options] = verb;
  if (auto end = parse(app, arguments)) return *end;
  if (options.config_path.empty()) {
    return UsageError{"validate takes -c FILE"};
  }
  return options;
}

void visit_health(const OptionsVisitor& visit) { visit(HealthVerb().app); }

Command parse_health(Arguments arguments) {
  HealthVerb verb;
  auto& [app, options, wait] = verb;
  if (auto end = parse(app, arguments)) return *end;
  if (!wait.empty()) {
    const auto duration =
        config::parse_duration(wait, std::chrono::milliseconds(0));
    if (!duration) return UsageError{"--wait: " + duration.error().text};
    options.wait = *duration;
  }
  if (app.count("--address") > 0 && !options.config_path.empty()) {
    return UsageError{"--address goes without -c"};
  }
  const auto address = config::parse_admin_address(options.address);
  if (!address) return UsageError{"--address: " + address.error().text};
  return options;
}

}  // namespace cflt::command_line
