#include <fmt/format.h>

#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kScanHelp =
    R"(Looks for Confluent Cloud API secrets in files, or in stdin, and says where they
are; never what they are. Changes nothing. Nothing is ignored: hidden and binary
files and what git ignores are read. Symbolic links are followed where they are
named, not inside a directory.

Examples:
  cflt-redact scan .                    a directory, and all below it
  cflt-redact scan --json /etc | jq .   one object a finding
  cflt-redact scan --format sarif . >scan.sarif
  cflt-redact scan --names keys.txt --ignore accepted.txt .
  git log -p | cflt-redact scan         a history
  cflt-redact scan -- *.log && echo clean

A line is `path:line:column: form key_id=ID fingerprint=HEX`: the API key ID
beside the secret, and a fingerprint that is the same wherever the secret is.
Exit codes: 0 clean, 1 found, 2 usage or input/output (also with findings), 70
internal failure. What a walk cannot look into is listed at the end.
)";

constexpr const char* kShortScanHelp =
    R"(Usage: cflt-redact scan [OPTIONS] [PATH...]
Says where Confluent Cloud API secrets are in files, directories, or stdin:
  cflt-redact scan .
Try --help; `-` as PATH reads from the terminal.
)";

/// Words as they were typed, before they mean anything.
struct ScanWords {
  std::string stats;
  std::string color = "auto";
  std::string format = "text";
  bool json = false;
};

void add_scan_options(CLI::App& app, find::ScanOptions& options,
                      ScanWords& words) {
  app.add_option("PATH", options.paths,
                 "Files, and directories to walk; `-` is stdin")
      ->take_all();
  add_search_zip(app, options.decompress);
  app.add_option("--format", words.format,
                 "How findings are written; sarif is one JSON document")
      ->type_name("text|json|sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->capture_default_str();
  app.add_flag("--json", words.json,
               "One JSON object a finding and line: --format json");
  app.add_flag("--summary", options.summary,
               "One JSON object more, the last: what was scanned, when, where "
               "and by which version");
  app.add_option("--names", options.names,
                 "Lines of `cflt-redact fingerprint`: whose secrets are")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--ignore", options.ignored,
                 "The same: secrets that are not reported")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--strict", options.strict,
               "Exit 2 where something could not be scanned, and 1 for what is "
               "only suspected");
  app.add_option("--color", words.color, "Whether text has colours")
      ->type_name("auto|always|never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_stats(app, words.stats);
}

find::ColorChoice color_choice(const std::string& word) {
  return word == "always"  ? find::ColorChoice::kAlways
         : word == "never" ? find::ColorChoice::kNever
                           : find::ColorChoice::kAuto;
}

find::OutputFormat format_of(const ScanWords& words) {
  return words.format == "sarif"                ? find::OutputFormat::kSarif
         : words.json || words.format == "json" ? find::OutputFormat::kJson
                                                : find::OutputFormat::kText;
}

struct ScanVerb {
  CLI::App app{kScanHelp, "cflt-redact scan"};
  find::ScanOptions options;
  ScanWords words;
  RuleWords rules;

  ScanVerb() {
    add_common(app);
    add_scan_options(app, options, words);
    add_rule_options(app, rules);
  }
};

}  // namespace

void visit_scan(const OptionsVisitor& visit) { visit(ScanVerb().app); }

Command parse_scan(Arguments arguments, bool stdin_is_terminal) {
  ScanVerb verb;
  auto& [app, options, words, rules] = verb;
  if (auto end = parse(app, arguments)) return *end;
  set_rules(rules, options.rules);
  if (auto error = set_stats(words.stats, options.stats)) return *error;
  options.color = color_choice(words.color);
  options.format = format_of(words);
  if (options.summary && options.format == find::OutputFormat::kSarif) {
    return UsageError{"--summary: SARIF has its own, in `invocations`"};
  }
  if (options.paths.empty() && stdin_is_terminal) {
    return ShortHelp{kShortScanHelp};
  }
  return options;
}

}  // namespace cflt::command_line
