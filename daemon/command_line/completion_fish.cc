#include <fmt/format.h>

#include "daemon/command_line/completion.h"

namespace cflt::command_line {
namespace {

constexpr const char* kFishHead = R"(# Completions of cflt-redact, for fish.
function __cflt_redact_verb
    set -l words (commandline -opc)
    if set -q words[2]; and contains -- $words[2] %VERBS%
        echo $words[2]
    else
        echo filter
    end
end
function __cflt_redact_is
    test (__cflt_redact_verb) = $argv[1]
end
function __cflt_redact_first
    test (count (commandline -opc)) -eq 1
end
complete -c cflt-redact -f
)";

/// In fish, a backslash is one only before a quote or itself.
std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string option_line(const VerbSpec& verb, const OptionSpec& option) {
  std::string line = fmt::format(
      "complete -c cflt-redact -n '__cflt_redact_is {}'", verb.name);
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    line += option.is_long(i) ? " -l " + option.names[i].substr(2)
                              : " -s " + option.names[i].substr(1);
  }
  // fish has no optional values: it then offers them behind `=`.
  if (option.takes_value) line += option.values.files ? " -r -F" : " -x";
  if (option.value_is_optional) line += " -f";
  if (!option.values.words.empty()) {
    line += " -a " +
            fish_quoted(fmt::format("{}", fmt::join(option.values.words, " ")));
  }
  return line + " -d " + fish_quoted(option.description) + "\n";
}

std::string argument_line(const VerbSpec& verb) {
  const std::string start = fmt::format(
      "complete -c cflt-redact -n '__cflt_redact_is {}'", verb.name);
  std::string lines;
  if (verb.arguments.files)
    lines += start + " -a '(__fish_complete_path (commandline -ct))'\n";
  if (verb.arguments.commands) {
    lines += start + " -a '(__fish_complete_command)'\n";
  }
  if (!verb.arguments.words.empty()) {
    lines +=
        start + " -a " +
        fish_quoted(fmt::format("{}", fmt::join(verb.arguments.words, " "))) +
        "\n";
  }
  return lines;
}

}  // namespace

std::string fish_completion(const std::vector<VerbSpec>& verbs) {
  std::string names;
  std::string lines;
  for (const VerbSpec& verb : verbs) {
    names += (names.empty() ? "" : " ") + verb.name;
    lines += fmt::format(
        "complete -c cflt-redact -n __cflt_redact_first -a {} -d {}\n",
        verb.name, fish_quoted(verb.summary));
    for (const OptionSpec& option : verb.options) {
      lines += option_line(verb, option);
    }
    lines += argument_line(verb);
  }
  std::string head = kFishHead;
  const std::string_view mark = "%VERBS%";
  head.replace(head.find(mark), mark.size(), names);
  return head + lines;
}

}  // namespace cflt::command_line
