#include <fmt/format.h>

#include "daemon/command_line/completion.h"

namespace cflt::command_line {
namespace {

// Bash breaks words at `=`, so `--stats=j` comes as three. It needs nothing of
// the package bash-completion.
constexpr const char* kBashHead = R"(# Completions of cflt-redact, for bash.
_cflt_redact() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local verb=filter first=0 equals='' words='' options='' kind='' i
  if [[ $word == '=' ]]; then
    word='' equals='='
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]} equals='='
  fi
  ((COMP_CWORD > 1)) || first=1
  case ${COMP_WORDS[1]} in
)";

constexpr const char* kBashTail = R"(  esac
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} != -- ]] || options=''
  done
  if [[ -z $kind && $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [[ $kind == value ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    ((first == 0)) || words="$words$verbs"
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    case $kind in
      commands) COMPREPLY+=($(compgen -c -- "$word")) ;;
      '' | files)
        compopt -o filenames 2>/dev/null
        local IFS=$'\n'
        COMPREPLY+=($(compgen -f -- "$word"))
        ;;
    esac
  fi
}
complete -F _cflt_redact cflt-redact
)";

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// What follows where `kind` stands behind an option or as an argument.
std::string kind_of(const Values& values) {
  if (values.files) return "files";
  if (values.commands) return "commands";
  return "value";
}

std::string option_case(const OptionSpec& option) {
  if (!option.takes_value && !option.value_is_optional) return "";
  std::string patterns;
  for (const auto& name : option.names) {
    patterns += (patterns.empty() ? "'" : " | '") + name + "'";
    if (option.value_is_optional) {
      patterns += "=";
    } else {
      patterns += " | '" + name + "='";
    }
  }
  return fmt::format("        {}) kind={} words='{}' ;;\n", patterns,
                     kind_of(option.values), joined(option.values.words));
}

std::string verb_case(const VerbSpec& verb) {
  std::vector<std::string> names;
  std::string cases;
  for (const OptionSpec& option : verb.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
    cases += option_case(option);
  }
  const Values& arguments = verb.arguments;
  const std::string kind = arguments.files ? "" : kind_of(arguments);
  const std::string otherwise =
      kind.empty() ? ""
                   : fmt::format(
                         "        *) [[ $word == -* ]] || kind={} "
                         "words='{}' ;;\n",
                         kind, joined(arguments.words));
  return fmt::format(
      "      options='{}'\n      case $before$equals in\n{}{}      esac\n",
      joined(names), cases, otherwise);
}

}  // namespace

std::string bash_completion(const std::vector<VerbSpec>& verbs) {
  std::string names;
  std::string text;
  for (const VerbSpec& verb : verbs) {
    names += " " + verb.name;
    text += fmt::format("    {}) ((first == 1)) || verb={} ;;\n", verb.name,
                        verb.name);
  }
  text += fmt::format("  esac\n  local verbs='{}'\n  case $verb in\n", names);
  for (const VerbSpec& verb : verbs) {
    text += fmt::format("    {})\n{}      ;;\n", verb.name, verb_case(verb));
  }
  return kBashHead + text + kBashTail;
}

}  // namespace cflt::command_line
