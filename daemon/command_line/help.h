// How --help looks: options in the order of their verb, -h and --version last,
// every line within 80 columns.
#pragma once

#include <CLI/CLI.hpp>

namespace cflt::command_line {

class HelpFormatter : public CLI::Formatter {
 public:
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
