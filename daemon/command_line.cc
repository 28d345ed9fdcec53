#include "daemon/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/suggest.h"
#include "daemon/command_line/verbs.h"

namespace cflt::daemon {
namespace {

/// A word that is neither a verb nor a file, but nearly a verb.
std::optional<UsageError> mistyped_verb(const std::string& word) {
  if (word.starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(kVerbs.size());
  for (const Verb& verb : kVerbs) names.emplace_back(verb.name);
  const std::string meant = config::suggestion(word, names);
  std::error_code error;
  if (meant.empty() || std::filesystem::exists(word, error)) {
    return std::nullopt;
  }
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
  if (verb == "serve") return parse_serve(rest);
  if (verb == "validate") return parse_validate(rest);
  if (verb == "health") return parse_health(rest);
  if (verb == "canary") return parse_canary(rest);
  if (verb == "completion") return parse_completion(rest);
  if (auto error = mistyped_verb(verb)) return *error;
  return parse_filter(arguments, stdin_is_terminal);
}

}  // namespace cflt::daemon
