#include "daemon/command_line/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/suggest.h"
#include "daemon/base/version.h"
#include "daemon/command_line/help.h"

namespace cflt::command_line {
namespace {

struct Synonym {
  std::string_view typed;
  std::string_view here;
};

/// An option that is gone: a verb that has `beside` had it too.
struct Removed {
  std::string_view typed;
  std::string_view beside;
  std::string_view why;
};

/// Told until 1.0.
constexpr std::array kRemoved = {
    Removed{"--forms", "--truncated",
            "all forms are looked for (docs/language.md)"},
};

/// What people try, and what it is called here: the first that the verb has.
constexpr std::array kSynonyms = {
    Synonym{"--dry-run", "--check"},
    Synonym{"--dry-run", "--no-environment"},
    Synonym{"--out", "--output"},
    Synonym{"--outfile", "--output"},
    Synonym{"--summary", "--stats"},
    Synonym{"--statistics", "--stats"},
    Synonym{"--count", "--stats"},
    Synonym{"--count", "-n"},
    Synonym{"--json", "--stats=json"},
    Synonym{"--unbuffered", "--line-buffered"},
    Synonym{"--number", "-n"},
    Synonym{"--usage", "--help"},
    Synonym{"-f", "--config"},
    Synonym{"--file", "--config"},
    Synonym{"--conf", "--config"},
    Synonym{"--config-yaml", "--config"},
    Synonym{"--input", "--source"},
    Synonym{"--from", "--source"},
    Synonym{"--listen", "--source"},
    Synonym{"--bind", "--source"},
    Synonym{"--output", "--sink"},
    Synonym{"--out", "--sink"},
    Synonym{"--to", "--sink"},
    Synonym{"--target", "--sink"},
    Synonym{"--destination", "--sink"},
    Synonym{"--threads", "--workers"},
    Synonym{"--metrics", "--admin"},
    Synonym{"--memory", "--memory-limit"},
    Synonym{"--skip-environment", "--no-environment"},
    Synonym{"--no-env", "--no-environment"},
    Synonym{"--url", "--address"},
    Synonym{"--host", "--address"},
    Synonym{"--port", "--address"},
    Synonym{"--readyz", "--ready"},
    Synonym{"--readiness", "--ready"},
};

std::vector<std::string> form_names() {
  return {forms::kFormNames.begin(), forms::kFormNames.end()};
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (is_hidden(*option)) continue;
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool has_option(const CLI::App& app, std::string_view name) {
  const std::string bare(name.substr(0, name.find('=')));
  return app.get_option_no_throw(bare) != nullptr;
}

std::string option_suggestion(const std::string& name, const CLI::App& app) {
  for (const Synonym& each : kSynonyms) {
    if (each.typed == name && has_option(app, each.here)) {
      return fmt::format("; did you mean {}?", each.here);
    }
  }
  return config::suggestion(name, option_names(app));
}

/// What is wrong with arguments that no option took.
std::string complaint_about(const std::string& argument, const CLI::App& app) {
  const std::string name = argument.substr(0, argument.find('='));
  if (!name.starts_with('-')) {
    const bool reads_file = has_option(app, "--config");
    return fmt::format(
        "unexpected argument {}{}", argument,
        reads_file ? "; a configuration file is given with -c" : "");
  }
  for (const Removed& each : kRemoved) {
    if (each.typed == name && has_option(app, each.beside)) {
      return fmt::format("{} was removed: {}", name, each.why);
    }
  }
  return fmt::format("unknown option {}{}", name, option_suggestion(name, app));
}

}  // namespace

std::string all_forms() {
  return fmt::format("{}", fmt::join(forms::kFormNames, ", "));
}

UsageError unknown_form(const char* option, const std::string& name) {
  return {fmt::format("{}: unknown form {}{}", option, name,
                      config::suggestion(name, form_names()))};
}

void add_common(CLI::App& app) {
  app.allow_extras();
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag(
      "--version", base::version_text(),
      "Show the versions of this program and of its libraries");
  app.formatter(std::make_shared<HelpFormatter>());
  app.option_defaults()->take_last();
}

void add_mask(CLI::App& app, RuleWords& words) {
  app.add_option("--mask", words.mask,
                 "cflt****, or as many bytes as were there")
      ->type_name("short|same-length")
      ->check(CLI::IsMember({"short", "same-length"}))
      ->capture_default_str();
}

void add_rule_options(CLI::App& app, RuleWords& words) {
  app.add_option("--mismatch", words.mismatch,
                 "What has the shape of a secret and a wrong checksum")
      ->type_name("pass|redact")
      ->check(CLI::IsMember({"pass", "redact"}))
      ->capture_default_str();
  app.add_option("--truncated", words.truncated,
                 "A secret cut short in its last 6 characters")
      ->type_name("mask|pass")
      ->check(CLI::IsMember({"mask", "pass"}))
      ->capture_default_str();
}

void add_stats(CLI::App& app, std::string& word) {
  app.add_flag("--stats{text}", word, "Print a summary on stderr at the end")
      ->type_name("text|json");
}

std::optional<UsageError> set_stats(const std::string& word,
                                    filter::StatsFormat& format) {
  if (!word.empty() && word != "text" && word != "json") {
    return UsageError{fmt::format("--stats: {} is not text or json", word)};
  }
  format = word.empty()     ? filter::StatsFormat::kNone
           : word == "json" ? filter::StatsFormat::kJson
                            : filter::StatsFormat::kText;
  return std::nullopt;
}

void add_search_zip(CLI::App& app, filter::Decompress& decompress) {
  app.add_flag(
      "-z,--search-zip",
      [&decompress](std::int64_t) { decompress = filter::Decompress::kYes; },
      "Read gzip and zstd, decompressed; all else as it is");
}

void add_metrics_file(CLI::App& app, std::optional<std::string>& path) {
  app.add_option(
         "--metrics-file", path,
         "Write Prometheus text to this file every 10 s, for node_exporter's "
         "textfile collector")
      ->type_name("PATH");
}

void set_rules(const RuleWords& words, stream::Options& rules) {
  rules.mask_rejected = words.mismatch == "redact";
  rules.mask_truncated = words.truncated == "mask";
  rules.mask = words.mask == "short" ? redact::MaskLength::kShort
                                     : redact::MaskLength::kSame;
}

namespace {

/// An option that takes one value, and was given several: which of them is
/// meant nobody knows.
std::optional<UsageError> repeated_option(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() < 2 || option->get_items_expected_min() == 0 ||
        option->get_multi_option_policy() != CLI::MultiOptionPolicy::TakeLast) {
      continue;
    }
    return UsageError{fmt::format("{} takes one value, and was given {}",
                                  option->get_name(), option->count())};
  }
  return std::nullopt;
}

/// All but what is left over.
std::optional<Command> parse_words(CLI::App& app, Arguments arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return Answer{app.help()};
  } catch (const CLI::CallForVersion&) {
    return Answer{base::version_text()};
  } catch (const CLI::ParseError& error) {
    return UsageError{error.what()};
  }
  if (auto error = repeated_option(app)) return *error;
  return std::nullopt;
}

}  // namespace

std::optional<Command> parse(CLI::App& app, Arguments arguments) {
  if (auto end = parse_words(app, arguments)) return end;
  auto extras = app.remaining();
  std::erase(extras, "--");  // CLI11 counts the mark among them
  if (extras.empty()) return std::nullopt;
  return UsageError{complaint_about(extras.front(), app)};
}

std::optional<Command> parse_before_command(CLI::App& app, Arguments arguments,
                                            std::vector<std::string>& command) {
  app.prefix_command();
  if (auto end = parse_words(app, arguments)) return end;
  command = app.remaining();
  if (command.empty()) return std::nullopt;
  if (command.front() == "--") {
    command.erase(command.begin());
  } else if (command.front().starts_with('-')) {
    return UsageError{complaint_about(command.front(), app)};
  }
  return std::nullopt;
}

}  // namespace cflt::command_line
