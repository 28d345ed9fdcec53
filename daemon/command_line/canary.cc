#include <fmt/format.h>

#include <charconv>

#include "daemon/command_line/verbs.h"

namespace cflt::daemon {
namespace {

constexpr const char* kCanaryHelp =
    R"(Prints fake secrets that are valid by their checksum, one a line, to try a
deployment with. They open nothing.

Examples:
  cflt-redact canary | cflt-redact           prints cflt****
  cflt-redact canary -n 12 --form all        each written form once
  cflt-redact canary --form percent --seed 7 the same one every time
)";

struct CanaryWords {
  std::string count = "1";
  std::string form = "plain";
  std::string seed;
};

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

}  // namespace

Command parse_canary(Arguments arguments) {
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
    return unknown_form("--form", words.form);
  }
  return options;
}

}  // namespace cflt::daemon
