#include <fmt/format.h>

#include <charconv>

#include "daemon/base/messages.h"
#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kCanaryHelp =
    R"(Prints fake secrets that are valid by their checksum, one a line, to try a
deployment with. They open nothing.

Examples:
  cflt-redact canary | cflt-redact           prints cflt****
  cflt-redact canary -n 14 --form all        each written form once
  cflt-redact canary --form percent --seed 7 the same one every time
  cflt-redact canary --run t1 --seed 7       lines to send through a pipeline
  cflt-redact canary --verify t1 --seed 7 export.json
                                             what arrived at its far end

A run has a line of each form but utf16, or N of them, each with a prefix to
search for: cflt-canary run=ID check=HEX n=K/N form=FORM. --verify reads an
export (stdin, or FILE) and counts by form what arrived masked, raw, damaged
(neither), or not at all.
Exit codes: 0 printed, or all arrived masked; 1 not all did; 2 usage or
input/output.
)";

struct CanaryWords {
  std::string count;
  std::string form;
  std::string seed;
  std::string run;
  std::string verify;
  std::string path = "-";
  bool json = false;
};

void add_canary_options(CLI::App& app, CanaryWords& words) {
  app.add_option("FILE", words.path, "With --verify: read this, not stdin");
  app.add_option("-n", words.count,
                 "How many; 1, or one of each form with --run")
      ->type_name("N");
  app.add_option("--form", words.form,
                 "How they are written: all, " + all_forms() +
                     "; plain, or all with --run")
      ->type_name("FORM");
  app.add_option("--seed", words.seed, "The same seed makes the same secrets")
      ->type_name("S");
  app.add_option("--run", words.run,
                 "Print lines of a run of this name; needs --seed")
      ->type_name("ID");
  app.add_option("--verify", words.verify,
                 "Read an export, tell what became of the run; needs --seed")
      ->type_name("ID");
  app.add_flag("--json", words.json, "With --verify: the report as JSON");
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

/// The numbers among the words.
struct CanaryNumbers {
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t> seed;
};

std::optional<UsageError> read_numbers(const CLI::App& app,
                                       const CanaryWords& words,
                                       CanaryNumbers& numbers) {
  numbers.count = parse_number(words.count);
  if (!numbers.count && app.count("-n") > 0) {
    return not_a_number("-n", words.count);
  }
  numbers.seed = parse_number(words.seed);
  if (!numbers.seed && app.count("--seed") > 0) {
    return not_a_number("--seed", words.seed);
  }
  return std::nullopt;
}

/// What a run and its audit have in common: `option` names it.
std::optional<UsageError> check_run(const char* option, const std::string& id,
                                    const CanaryNumbers& numbers) {
  if (!canary::is_run_id(id) || base::safe_text(id) != id) {
    return UsageError{fmt::format(
        "{}: {} is not an ID: 1 to 64 of A-Z a-z 0-9 . _ -, and no secret",
        option, id)};
  }
  if (!numbers.seed) {
    return UsageError{fmt::format(
        "{} goes with --seed S, any number: --verify proves the secrets by it",
        option)};
  }
  const std::uint64_t count = numbers.count.value_or(1);
  if (count >= 1 && count <= canary::kMaxRunLines) return std::nullopt;
  return UsageError{
      fmt::format("-n: {} is not from 1 to {}, as a run has lines", count,
                  canary::kMaxRunLines)};
}

std::optional<std::uint32_t> line_count_of(const CanaryNumbers& numbers) {
  if (!numbers.count) return std::nullopt;
  return static_cast<std::uint32_t>(*numbers.count);
}

Command verify_of(const CanaryWords& words, const CanaryNumbers& numbers) {
  if (!words.run.empty() || !words.form.empty()) {
    return UsageError{"--verify goes without --run and --form"};
  }
  if (auto error = check_run("--verify", words.verify, numbers)) return *error;
  return canary::CanaryVerifyOptions{words.verify, *numbers.seed,
                                     line_count_of(numbers), words.path,
                                     words.json};
}

Command run_of(const CanaryWords& words, const CanaryNumbers& numbers,
               std::optional<forms::Form> form) {
  if (auto error = check_run("--run", words.run, numbers)) return *error;
  const std::uint32_t each = form ? 1 : canary::kTurnCount;
  return canary::Run{words.run, *numbers.seed,
                     line_count_of(numbers).value_or(each), form};
}

Command command_of(const CLI::App& app, CanaryWords& words) {
  CanaryNumbers numbers;
  if (auto error = read_numbers(app, words, numbers)) return *error;
  if (app.count("--verify") > 0) return verify_of(words, numbers);
  if (words.json || app.count("FILE") > 0) {
    return UsageError{"FILE and --json go with --verify"};
  }
  const bool is_run = app.count("--run") > 0;
  if (app.count("--form") == 0) words.form = is_run ? "all" : "plain";
  const auto form = forms::form_by_name(words.form);
  if (!form && words.form != "all") return unknown_form("--form", words.form);
  if (is_run) return run_of(words, numbers, form);
  return canary::CanaryOptions{numbers.count.value_or(1), form, numbers.seed};
}

struct CanaryVerb {
  CLI::App app{kCanaryHelp, "cflt-redact canary"};
  CanaryWords words;

  CanaryVerb() {
    add_common(app);
    add_canary_options(app, words);
  }
};

}  // namespace

void visit_canary(const OptionsVisitor& visit) { visit(CanaryVerb().app); }

Command parse_canary(Arguments arguments) {
  CanaryVerb verb;
  if (auto end = parse(verb.app, arguments)) return *end;
  return command_of(verb.app, verb.words);
}

}  // namespace cflt::command_line
