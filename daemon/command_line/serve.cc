#include <fmt/format.h>

#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kServeHelp =
    R"(The daemon, in the foreground: records in from sources, redacted, out to sinks.

Examples:
  cflt-redact serve -c config.yaml
  cflt-redact serve --source syslog+tcp://127.0.0.1:5514 --sink lines+tcp://127.0.0.1:5170
  cflt-redact serve --source lines+udp://[::1]:5514 --sink stdout
  cflt-redact serve --source syslog+unix:///run/app.sock?mode=0660 --sink blackhole

Sources: (syslog|lines)+(tcp|udp)://HOST:PORT, +(unix|unixgram):///PATH,
+systemd:NAME, or stdin. Sinks: (lines|syslog)+ the same but systemd, stdout,
file:///PATH, blackhole. Behind ? come keys of the file, such as max_length=1k
or when_full=drop_newest, with & between them. Every sink takes all sources.
SIGTERM drains and ends it, SIGHUP reads the file again.
Exit codes: 0 ended by a signal, 2 usage, input/output or records that were not
delivered at the end, 70 internal failure, 78 configuration.
)";

constexpr const char* kFileOrWords =
    "serve takes -c FILE, or --source and --sink";

/// Options that a file has keys for.
const char* const kInFile[] = {"--source",   "--sink",         "--workers",
                               "--admin",    "--memory-limit", "--mask",
                               "--mismatch", "--truncated"};

void add_part_options(CLI::App& app, config::InlineWords& words) {
  app.add_option("--source", words.sources,
                 "Take records from here; may be repeated")
      ->type_name("SOURCE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--sink", words.sinks, "Send them here; may be repeated")
      ->type_name("SINK")
      ->take_all()
      ->allow_extra_args(false);
}

void add_service_options(CLI::App& app, config::InlineWords& words) {
  app.add_option("--workers", words.workers, "Threads; auto: one a CPU")
      ->type_name("N|auto")
      ->default_str("1");
  app.add_option("--admin", words.admin,
                 "Serve /metrics, /livez and /readyz here")
      ->type_name("HOST:PORT");
  app.add_option("--memory-limit", words.memory_limit, "All buffers together")
      ->type_name("SIZE")
      ->default_str("256MiB");
}

std::optional<UsageError> check(const CLI::App& app,
                                const serve::control::ServeOptions& options) {
  if (options.config_path.empty()) {
    const auto& words = options.inline_words;
    const bool complete = !words.sources.empty() && !words.sinks.empty();
    if (complete) return std::nullopt;
    return UsageError{kFileOrWords};
  }
  for (const char* option : kInFile) {
    if (app.count(option) == 0) continue;
    return UsageError{
        fmt::format("{} goes without -c; with it, the file says "
                    "all",
                    option)};
  }
  return std::nullopt;
}

struct ServeVerb {
  CLI::App app{kServeHelp, "cflt-redact serve"};
  serve::control::ServeOptions options;
  RuleWords rules;

  ServeVerb() {
    add_common(app);
    app.add_option("-c,--config", options.config_path,
                   "Read this file; `-` is stdin")
        ->type_name("FILE");
    add_part_options(app, options.inline_words);
    add_service_options(app, options.inline_words);
    add_mask(app, rules);
    add_rule_options(app, rules);
  }
};

}  // namespace

void visit_serve(const OptionsVisitor& visit) { visit(ServeVerb().app); }

Command parse_serve(Arguments arguments) {
  ServeVerb verb;
  auto& [app, options, rules] = verb;
  if (auto end = parse(app, arguments)) return *end;
  if (auto error = check(app, options)) return *error;
  set_rules(rules, options.inline_words.rules);
  return options;
}

}  // namespace cflt::command_line
