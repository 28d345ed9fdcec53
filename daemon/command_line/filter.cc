#include "daemon/filter/filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/command_line/help.h"
#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kFilterHelp =
    R"(Redacts Confluent Cloud API secrets: bytes in, the same bytes out, with every
secret replaced by cflt****.

Examples:
  app 2>&1 | cflt-redact | tee app.log       what an application prints
  cflt-redact < app.log > clean.log          a file
  cflt-redact -o clean.log app.log.1 app.log files, as one stream
  cflt-redact --check app.log && echo clean  look, write nothing
  cflt-redact -i app.log                     replace a file
  cflt-redact -z app.log.2.gz > clean.log    what logrotate has compressed

Verbs: filter (the default), exec, scan, fingerprint, serve, validate, health,
canary, completion. Each has its own help: `cflt-redact serve --help`.
Exit codes: 0 done (also when it redacted), 1 --check found secrets, 2 usage or
input/output, 70 internal failure.
)";

constexpr const char* kShortHelp =
    R"(Usage: cflt-redact [OPTIONS] [FILE...]
Redacts Confluent Cloud API secrets from stdin, or FILEs, to stdout:
  app 2>&1 | cflt-redact
Try --help; `-` as FILE reads from the terminal.
)";

/// Words as they were typed, before they mean anything.
struct FilterWords {
  std::string stats;
  std::string suffix;
  std::vector<std::string> forms;
  bool line_buffered = false;
};

/// The common ones first.
void add_filter_options(CLI::App& app, filter::FilterOptions& options,
                        FilterWords& words) {
  app.add_option("FILE", options.paths,
                 "Read these as one stream; `-` is stdin, the default")
      ->take_all();
  app.add_flag("--check", options.check,
               "Write no data; exit 0 if clean, 1 if secrets were found");
  app.add_option("-o,--output", options.output, "Write to this file")
      ->type_name("FILE");
  app.add_flag("-a,--append", options.append,
               "With -o, keep what the file holds, and write behind it");
  app.add_flag(
         "-i{/},--in-place{/}", words.suffix,
         "Replace each FILE that changes; SUFFIX keeps the original, with "
         "its secrets")
      ->type_name("SUFFIX");
  add_search_zip(app, options.decompress);
  add_stats(app, words.stats);
}

/// And those that few need, behind the rules.
void add_rare_options(CLI::App& app, filter::FilterOptions& options,
                      FilterWords& words) {
  app.add_flag("--strict", options.strict,
               "With --check, exit 1 also for what is only suspected");
  app.add_flag("--binary", options.rewrites_binary,
               "With -i, rewrite archives and the like, which it may damage");
  add_metrics_file(app, options.metrics_file);
  app.add_flag(
      "--ignore-interrupts", options.ignore_interrupts,
      "Ignore SIGINT; where stdin is a pipe SIGHUP and one SIGTERM, too");
  app.add_flag("--line-buffered", words.line_buffered,
               "Accepted for habit: output never waits for more input");
}

/// For diagnosis, and so not shown: what is left out is a leak.
void add_forms(CLI::App& app, FilterWords& words) {
  app.add_option("--forms", words.forms, "Only these written forms")
      ->delimiter(',')
      ->type_name("LIST")
      ->take_all()
      ->allow_extra_args(false)
      ->group(kHidden);
}

std::optional<UsageError> set_forms(const std::vector<std::string>& names,
                                    forms::FormSet& chosen) {
  if (names.empty()) return std::nullopt;
  chosen = {};
  for (const std::string& name : names) {
    const auto form = forms::form_by_name(name);
    if (!form && name != "all") return unknown_form("--forms", name);
    chosen = form ? chosen.add(*form) : forms::FormSet::all();
  }
  return std::nullopt;
}

/// "/" is what -i has without a suffix: no suffix can be that.
std::optional<UsageError> set_in_place(const std::string& suffix,
                                       filter::FilterOptions& options) {
  if (options.check) return UsageError{"--check goes without -i"};
  if (options.output) return UsageError{"-o goes without -i"};
  if (options.paths.empty()) return UsageError{"-i takes FILEs"};
  if (std::ranges::find(options.paths, "-") != options.paths.end()) {
    return UsageError{"-i takes FILEs; `-` is stdin"};
  }
  options.in_place = suffix == "/" ? "" : suffix;
  if (options.in_place->find('/') == std::string::npos) return std::nullopt;
  return UsageError{"--in-place: a suffix has no / in it"};
}

struct FilterVerb {
  CLI::App app{kFilterHelp, "cflt-redact"};
  filter::FilterOptions options;
  FilterWords words;
  RuleWords rules;

  FilterVerb() {
    add_common(app);
    add_filter_options(app, options, words);
    add_mask(app, rules);
    add_rule_options(app, rules);
    add_rare_options(app, options, words);
    add_forms(app, words);
  }
};

}  // namespace

void visit_filter(const OptionsVisitor& visit) { visit(FilterVerb().app); }

Command parse_filter(Arguments arguments, bool stdin_is_terminal) {
  FilterVerb verb;
  auto& [app, options, words, rules] = verb;
  if (auto end = parse(app, arguments)) return *end;
  set_rules(rules, options.rules);
  if (auto error = set_forms(words.forms, options.rules.forms)) return *error;
  if (auto error = set_stats(words.stats, options.stats)) return *error;
  if (app.count("-i") > 0) {
    if (auto error = set_in_place(words.suffix, options)) return *error;
  }
  if (options.append && !options.output) return UsageError{"-a goes with -o"};
  if (options.strict && !options.check) {
    return UsageError{"--strict goes with --check"};
  }
  if (options.rewrites_binary && !options.in_place) {
    return UsageError{"--binary goes with -i"};
  }
  if (options.paths.empty() && stdin_is_terminal) return ShortHelp{kShortHelp};
  return options;
}

}  // namespace cflt::command_line
