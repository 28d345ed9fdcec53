#include "daemon/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "config/suggest.h"
#include "daemon/version.h"

namespace cflt::daemon {
namespace {

constexpr const char* kFilterHelp =
    R"(Redacts Confluent Cloud API secrets: bytes in, the same bytes out, with every
secret replaced by cflt****.

Examples:
  app 2>&1 | cflt-redact | tee app.log       what an application prints
  cflt-redact < app.log > clean.log          a file
  cflt-redact -o clean.log app.log.1 app.log files, as one stream
  cflt-redact --check app.log && echo clean  look, write nothing
  cflt-redact --stats < app.log > clean.log  count on stderr
  cflt-redact canary -n 5 --form all         fake secrets to try it with

Verbs: filter (the default), canary. `cflt-redact canary --help` tells more.
Exit codes: 0 done (also when it redacted), 1 --check found secrets, 2 usage or
input/output, 70 internal failure.
)";

constexpr const char* kCanaryHelp =
    R"(Prints fake secrets that are valid by their checksum, one a line, to try a
deployment with. They open nothing.

Examples:
  cflt-redact canary | cflt-redact           prints cflt****
  cflt-redact canary -n 12 --form all        each written form once
  cflt-redact canary --form percent --seed 7 the same one every time
)";

constexpr const char* kShortHelp =
    R"(Usage: cflt-redact [OPTIONS] [FILE...]
Redacts Confluent Cloud API secrets from stdin, or FILEs, to stdout:
  app 2>&1 | cflt-redact
Try --help; `-` as FILE reads from the terminal.
)";

/// Part of the plan, not of this version. Saying so beats "no such file".
constexpr std::array kPlannedVerbs = {"exec",     "scan",   "serve",
                                      "validate", "health", "completion"};
constexpr std::array kPlannedOptions = {"-i", "--in-place", "-z",
                                        "--search-zip"};

/// What people try, and what it is called here.
const std::map<std::string, std::string>& synonyms() {
  static const std::map<std::string, std::string> kSynonyms = {
      {"--dry-run", "--check"},    {"--out", "--output"},
      {"--outfile", "--output"},   {"--summary", "--stats"},
      {"--statistics", "--stats"}, {"--count", "--stats"},
      {"--json", "--stats=json"},  {"--types", "--forms"},
      {"--patterns", "--forms"},   {"--unbuffered", "--line-buffered"},
      {"--number", "-n"},          {"--usage", "--help"},
  };
  return kSynonyms;
}

std::string all_forms() {
  return fmt::format("{}", fmt::join(forms::kFormNames, ","));
}

std::vector<std::string> form_names() {
  return {forms::kFormNames.begin(), forms::kFormNames.end()};
}

/// Words as they were typed, before they mean anything.
struct FilterWords {
  std::vector<std::string> forms;
  std::string mismatch = "pass";
  std::string truncated = "mask";
  std::string stats;
  bool line_buffered = false;
};

struct CanaryWords {
  std::string count = "1";
  std::string form = "plain";
  std::string seed;
};

void add_common(CLI::App& app) {
  app.allow_extras();
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag("--version", version_text());
  app.get_formatter()->column_width(34);
  app.option_defaults()->take_last();
}

void add_filter_options(CLI::App& app, FilterOptions& options,
                        FilterWords& words) {
  app.add_option("FILE", options.paths,
                 "Read these as one stream; `-` is stdin")
      ->take_all();
  app.add_option("-o,--output", options.output, "Write to this file")
      ->type_name("FILE");
  app.add_option("--forms", words.forms,
                 "Look for these written forms only, of: all," + all_forms())
      ->delimiter(',')
      ->type_name("LIST")
      ->take_all();
  app.add_option("--mismatch", words.mismatch,
                 "What has the shape of a secret and a wrong checksum")
      ->type_name("pass|redact")
      ->check(CLI::IsMember({"pass", "redact"}))
      ->capture_default_str();
  app.add_option("--truncated", words.truncated,
                 "A secret cut short within its last 6 characters")
      ->type_name("mask|pass")
      ->check(CLI::IsMember({"mask", "pass"}))
      ->capture_default_str();
  app.add_flag("--check", options.check,
               "Write no data; exit 0 if clean, 1 if secrets were found");
  app.add_flag("--stats{text}", words.stats,
               "Print a summary on stderr at the end; --stats=json for JSON");
  app.add_flag("--ignore-interrupts", options.ignore_interrupts,
               "Ignore SIGINT, to see the last words of what Ctrl-C stops");
  app.add_flag("--line-buffered", words.line_buffered,
               "Accepted for habit: output never waits for more input");
}

void add_canary_options(CLI::App& app, CanaryWords& words) {
  app.add_option("-n", words.count, "How many")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--form", words.form,
                 "How they are written: all, " + all_forms())
      ->type_name("FORM")
      ->capture_default_str();
  app.add_option("--seed", words.seed, "The same seed makes the same secrets")
      ->type_name("S");
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What is wrong with arguments that no option took.
std::string complaint_about(const std::string& argument, const CLI::App& app) {
  const std::string name = argument.substr(0, argument.find('='));
  if (!name.starts_with('-')) {
    return fmt::format("unexpected argument {}", argument);
  }
  if (std::ranges::find(kPlannedOptions, name) != kPlannedOptions.end()) {
    return fmt::format("{} is not in this version yet", name);
  }
  const auto synonym = synonyms().find(name);
  if (synonym != synonyms().end()) {
    return fmt::format("unknown option {}; did you mean {}?", name,
                       synonym->second);
  }
  return fmt::format("unknown option {}{}", name,
                     config::suggestion(name, option_names(app)));
}

/// Parses; an Answer or UsageError where that ends the matter.
std::optional<Command> parse(CLI::App& app,
                             std::span<const std::string> arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return Answer{app.help()};
  } catch (const CLI::CallForVersion&) {
    return Answer{version_text()};
  } catch (const CLI::ParseError& error) {
    return UsageError{error.what()};
  }
  auto extras = app.remaining();
  std::erase(extras, "--");  // CLI11 counts the mark among them
  if (extras.empty()) return std::nullopt;
  return UsageError{complaint_about(extras.front(), app)};
}

std::optional<UsageError> set_forms(const std::vector<std::string>& names,
                                    forms::FormSet& chosen) {
  if (names.empty()) return std::nullopt;
  chosen = {};
  for (const std::string& name : names) {
    const auto form = forms::form_by_name(name);
    if (!form && name != "all") {
      return UsageError{fmt::format("--forms: unknown form {}{}", name,
                                    config::suggestion(name, form_names()))};
    }
    chosen = form ? chosen.add(*form) : forms::FormSet::all();
  }
  return std::nullopt;
}

Command parse_filter(std::span<const std::string> arguments,
                     bool stdin_is_terminal) {
  CLI::App app(kFilterHelp, "cflt-redact");
  FilterOptions options;
  FilterWords words;
  add_common(app);
  add_filter_options(app, options, words);
  if (auto end = parse(app, arguments)) return *end;
  if (auto error = set_forms(words.forms, options.rules.forms)) return *error;
  if (!words.stats.empty() && words.stats != "text" && words.stats != "json") {
    return UsageError{
        fmt::format("--stats: {} is not text or json", words.stats)};
  }
  options.rules.mask_rejected = words.mismatch == "redact";
  options.rules.mask_truncated = words.truncated == "mask";
  options.stats = words.stats.empty()     ? StatsFormat::kNone
                  : words.stats == "json" ? StatsFormat::kJson
                                          : StatsFormat::kText;
  if (options.paths.empty() && stdin_is_terminal) return ShortHelp{kShortHelp};
  return options;
}

/// A whole number from 0 on; CLI11's own would wrap -1 around.
std::optional<std::uint64_t> parse_number(const std::string& word) {
  std::uint64_t number = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

UsageError not_a_number(const char* option, const std::string& word) {
  return {fmt::format("{}: {} is not a whole number from 0 to 2^64 - 1", option,
                      word)};
}

Command parse_canary(std::span<const std::string> arguments) {
  CLI::App app(kCanaryHelp, "cflt-redact canary");
  CanaryOptions options;
  CanaryWords words;
  add_common(app);
  add_canary_options(app, words);
  if (auto end = parse(app, arguments)) return *end;
  const auto count = parse_number(words.count);
  if (!count) return not_a_number("-n", words.count);
  options.count = *count;
  options.seed = parse_number(words.seed);
  if (!options.seed && app.count("--seed") > 0) {
    return not_a_number("--seed", words.seed);
  }
  options.form = forms::form_by_name(words.form);
  if (!options.form && words.form != "all") {
    return UsageError{
        fmt::format("--form: unknown form {}{}", words.form,
                    config::suggestion(words.form, form_names()))};
  }
  return options;
}

}  // namespace

Command parse_command_line(std::span<const std::string> arguments,
                           bool stdin_is_terminal) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "canary") return parse_canary(arguments.subspan(1));
  if (verb == "filter") {
    return parse_filter(arguments.subspan(1), stdin_is_terminal);
  }
  if (std::ranges::find(kPlannedVerbs, verb) != kPlannedVerbs.end()) {
    return UsageError{fmt::format(
        "{} is not in this version yet (for a file of that name: ./{})", verb,
        verb)};
  }
  return parse_filter(arguments, stdin_is_terminal);
}

}  // namespace cflt::daemon
