#include "daemon/command_line/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/suggest.h"
#include "daemon/base/version.h"
#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

/// `help [VERB]` and `version`, as with git.
Command parse_help(std::span<const std::string> rest, bool stdin_is_terminal) {
  const bool has_verb = !rest.empty() && rest[0] != "help";
  const std::vector<std::string> asked = {has_verb ? rest[0] : "filter",
                                          "--help"};
  return parse_command_line(asked, stdin_is_terminal);
}

bool is_file(const std::string& word) {
  std::error_code error;
  return std::filesystem::exists(word, error);
}

/// A word that is neither a verb nor a file, but nearly a verb.
std::optional<UsageError> mistyped_verb(const std::string& word) {
  if (word.starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(kVerbs.size());
  for (const Verb& verb : kVerbs) names.emplace_back(verb.name);
  const std::string meant = config::suggestion(word, names);
  if (meant.empty() || is_file(word)) return std::nullopt;
  return UsageError{
      fmt::format("{} is neither a verb nor a file{}", word, meant)};
}

}  // namespace

Command parse_command_line(std::span<const std::string> arguments,
                           bool stdin_is_terminal) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  const auto rest = arguments.subspan(arguments.empty() ? 0 : 1);
  if (verb == "filter") return parse_filter(rest, stdin_is_terminal);
  if (verb == "exec") return parse_exec(rest);
  if (verb == "scan") return parse_scan(rest, stdin_is_terminal);
  if (verb == "fingerprint") return parse_fingerprint(rest, stdin_is_terminal);
  if (verb == "serve") return parse_serve(rest);
  if (verb == "validate") return parse_validate(rest);
  if (verb == "health") return parse_health(rest);
  if (verb == "canary") return parse_canary(rest);
  if (verb == "completion") return parse_completion(rest);
  if (verb == "help" && !is_file(verb)) {
    return parse_help(rest, stdin_is_terminal);
  }
  if (verb == "version" && !is_file(verb)) return Answer{base::version_text()};
  if (auto error = mistyped_verb(verb)) return *error;
  return parse_filter(arguments, stdin_is_terminal);
}

}  // namespace cflt::command_line
