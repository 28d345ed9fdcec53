#include <fmt/format.h>

#include "daemon/command_line/completion.h"

namespace cflt::command_line {
namespace {

constexpr const char* kZshHead = R"(#compdef cflt-redact
# Completions of cflt-redact, for zsh.
)";

constexpr const char* kZshTail = R"(
_cflt_redact() {
  local -a verbs
  verbs=(
%VERBS%  )
  if (( CURRENT == 2 )); then
    [[ $words[2] == -* ]] || _describe -t verbs verb verbs
    _cflt_redact_filter
  elif (( $+functions[_cflt_redact_$words[2]] )); then
    shift words
    (( CURRENT-- ))
    _cflt_redact_$words[1]
  else
    _cflt_redact_filter
  fi
}

if [[ $funcstack[1] == _cflt-redact ]]; then
  _cflt_redact "$@"
else
  compdef _cflt_redact cflt-redact
fi
)";

/// Inside [...] of _arguments, and in its values, brackets and colons need a
/// backslash.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// What _arguments does for values.
std::string action(const Values& values) {
  const auto words = fmt::format("{}", fmt::join(values.words, " "));
  if (!values.words.empty()) return "(" + words + ")";
  if (values.files) return "_files";
  if (values.commands) return "_command_names -e";
  return " ";
}

/// An optional value stands behind `=`, and so behind a long name only.
bool has_value(const OptionSpec& option, bool is_long) {
  return option.takes_value || (option.value_is_optional && is_long);
}

/// How an option's value is written behind its name.
std::string_view value_mark(const OptionSpec& option, bool is_long) {
  if (!has_value(option, is_long)) return "";
  if (option.value_is_optional) return "=-";
  return is_long ? "=" : "+";
}

/// A line for each name; they exclude each other, unless they may be repeated.
std::string option_lines(const OptionSpec& option) {
  std::string lines;
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    std::string spec = option.names.size() > 1
                           ? fmt::format("({})", fmt::join(option.names, " "))
                           : "*";
    spec += option.names[i];
    spec += value_mark(option, option.is_long(i));
    spec += "[" + escaped(option.description) + "]";
    if (has_value(option, option.is_long(i))) {
      spec += option.value_is_optional ? "::" : ":";
      spec += escaped(option.value_name) + ":" + action(option.values);
    }
    lines += "    " + shell_quoted(spec) + " \\\n";
  }
  return lines;
}

std::string verb_function(const VerbSpec& verb) {
  std::string text =
      fmt::format("\n_cflt_redact_{}() {{\n  _arguments -s -S \\\n", verb.name);
  for (const OptionSpec& option : verb.options) text += option_lines(option);
  const Values& arguments = verb.arguments;
  const bool any =
      arguments.files || arguments.commands || !arguments.words.empty();
  const std::string rest =
      any ? "*:argument:" + action(arguments) : std::string("*: : ");
  return text + "    " + shell_quoted(rest) + "\n}\n";
}

}  // namespace

std::string zsh_completion(const std::vector<VerbSpec>& verbs) {
  std::string text = kZshHead;
  std::string described;
  for (const VerbSpec& verb : verbs) {
    text += verb_function(verb);
    described +=
        "    " + shell_quoted(verb.name + ":" + escaped(verb.summary)) + "\n";
  }
  std::string tail = kZshTail;
  const std::string_view mark = "%VERBS%";
  tail.replace(tail.find(mark), mark.size(), described);
  return text + tail;
}

}  // namespace cflt::command_line
