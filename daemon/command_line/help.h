// How --help looks: options in the order of their verb, -h and --version last,
// every line within 80 columns.
#pragma once

#include <CLI/CLI.hpp>

namespace cflt::command_line {

/// The group of options that neither help nor completions show. (CLI11's own,
/// the empty one, leaves their names out of errors too.)
inline constexpr const char* kHidden = "hidden";

inline bool is_hidden(const CLI::Option& option) {
  return option.get_group() == kHidden;
}

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_group(
      std::string group, bool is_positional,
      std::vector<const CLI::Option*> options) const override;
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override;
};

/// The words that stand for an option's value, without what CLI11's checks
/// append: "pass|redact" of "pass|redact:{pass,redact}". Empty: it has none.
std::string value_name(const CLI::Option& option);

}  // namespace cflt::command_line
