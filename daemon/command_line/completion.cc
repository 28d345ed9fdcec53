#include "daemon/command_line/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/command_line/help.h"
#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kCompletionHelp =
    R"(Prints the completions of a shell, for its standard place or to be loaded.

Examples:
  cflt-redact completion bash                for /etc/bash_completion.d
  source <(cflt-redact completion bash)      for this shell
  cflt-redact completion zsh > _cflt-redact  into a folder of $fpath
  cflt-redact completion fish | source       for this shell
)";

/// "pass|redact" as words; those in capitals stand for something else.
std::vector<std::string> words_of(const std::string& type) {
  std::vector<std::string> words;
  for (std::string word : CLI::detail::split(type, '|')) {
    const bool is_word = !word.empty() && word[0] >= 'a' && word[0] <= 'z';
    if (is_word) words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::string> form_words() {
  std::vector<std::string> words = {"all"};
  words.insert(words.end(), forms::kFormNames.begin(), forms::kFormNames.end());
  return words;
}

Values values_of(const std::string& type) {
  Values values;
  values.files = type == "FILE" || type == "PATH";
  values.commands = type == "CMD";
  values.words = type == "FORM" ? form_words() : words_of(type);
  return values;
}

OptionSpec option_spec(const CLI::Option& option) {
  OptionSpec spec;
  for (const auto& name : option.get_snames()) spec.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) {
    spec.names.push_back("--" + name);
  }
  spec.description = option.get_description();
  spec.value_name = value_name(option);
  spec.values = values_of(spec.value_name);
  const bool is_flag =
      option.get_type_size() == 0 || option.get_items_expected_max() == 0;
  spec.takes_value = !is_flag && option.get_items_expected_min() > 0;
  spec.value_is_optional =
      !spec.takes_value && (!is_flag || !spec.value_name.empty());
  return spec;
}

/// What the arguments that are not options can be.
Values argument_values(const CLI::Option& option) {
  Values values = values_of(option.get_type_name());
  const Values by_name = values_of(option.get_name());
  values.files = values.files || by_name.files;
  values.commands = values.commands || by_name.commands;
  return values;
}

VerbSpec verb_spec(const Verb& verb) {
  VerbSpec spec{verb.name, verb.summary, {}, {}};
  verb.visit([&spec](const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
      if (is_hidden(*option)) continue;
      if (option->get_positional()) {
        spec.arguments = argument_values(*option);
      } else {
        spec.options.push_back(option_spec(*option));
      }
    }
  });
  return spec;
}

struct CompletionVerb {
  CLI::App app{kCompletionHelp, "cflt-redact completion"};
  std::string shell;

  CompletionVerb() {
    add_common(app);
    app.add_option("SHELL", shell, "Which shell")->type_name("bash|zsh|fish");
  }
};

}  // namespace

std::vector<VerbSpec> verb_specs() {
  std::vector<VerbSpec> specs;
  specs.reserve(kVerbs.size());
  for (const Verb& verb : kVerbs) specs.push_back(verb_spec(verb));
  return specs;
}

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

void visit_completion(const OptionsVisitor& visit) {
  visit(CompletionVerb().app);
}

Command parse_completion(Arguments arguments) {
  CompletionVerb verb;
  if (auto end = parse(verb.app, arguments)) return *end;
  if (verb.shell == "bash") return Answer{bash_completion(verb_specs())};
  if (verb.shell == "zsh") return Answer{zsh_completion(verb_specs())};
  if (verb.shell == "fish") return Answer{fish_completion(verb_specs())};
  return UsageError{verb.shell.empty() ? "completion takes bash, zsh or fish"
                                       : "completion: " + verb.shell +
                                             " is not bash, zsh or fish"};
}

}  // namespace cflt::command_line
