// Completions of shells, made of the verbs' options: what help shows is what
// is completed.
//
// What a value can be is read off the name of its type: FILE and PATH are
// files, FORM is a form, a|b are words.
#pragma once

#include <string>
#include <vector>

namespace cflt::command_line {

/// What may stand behind an option, or as an argument.
struct Values {
  std::vector<std::string> words;
  bool files = false;
  bool commands = false;
};

struct OptionSpec {
  std::vector<std::string> names;  // with their dashes
  std::string description;
  Values values;
  std::string value_name;
  bool takes_value = false;
  bool value_is_optional = false;  // then only behind `=`

  bool is_long(std::size_t i) const { return names[i].starts_with("--"); }
};

struct VerbSpec {
  std::string name;
  std::string summary;
  std::vector<OptionSpec> options;
  Values arguments;
};

/// All verbs, the default first.
std::vector<VerbSpec> verb_specs();

std::string bash_completion(const std::vector<VerbSpec>& verbs);
std::string zsh_completion(const std::vector<VerbSpec>& verbs);
std::string fish_completion(const std::vector<VerbSpec>& verbs);

/// `text` between single quotes of a shell.
std::string shell_quoted(std::string_view text);

}  // namespace cflt::command_line
