#include "daemon/command_line/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace cflt::command_line {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kDescriptionAt = 26;

bool is_for_all_verbs(const CLI::Option* option) {
  return option->check_lname("help") || option->check_lname("version");
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_min() > 0;
}

/// "-o, --output FILE", "--stats[=text|json]".
std::string names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  const std::string value = value_name(option);
  std::string all = fmt::format("{}", fmt::join(names, ", "));
  if (value.empty()) return all;
  return takes_value(option) ? all + " " + value : all + "[=" + value + "]";
}

std::string description_of(const CLI::Option& option) {
  const std::string by_default = option.get_default_str();
  if (by_default.empty()) return option.get_description();
  return fmt::format("{} [default: {}]", option.get_description(), by_default);
}

/// Appends words, in lines that begin behind kDescriptionAt blanks. `line` has
/// been begun.
std::string wrapped(std::string line, const std::string& text) {
  std::string lines;
  const std::string margin(kDescriptionAt, ' ');
  if (line.size() + 1 > kDescriptionAt) {
    lines = line + "\n";
    line.clear();
  }
  line.resize(kDescriptionAt - 1, ' ');
  for (const std::string& word : CLI::detail::split(text, ' ')) {
    if (line.size() + 1 + word.size() > kColumns) {
      lines += line + "\n";
      line = margin.substr(1);
    }
    line += " " + word;
  }
  return lines + line + "\n";
}

}  // namespace

std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(":{"));
}

/// Without the blank line in front of a group that is hidden.
std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  std::string text = Formatter::make_help(app, std::move(name), mode);
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string HelpFormatter::make_group(
    std::string group, bool is_positional,
    std::vector<const CLI::Option*> options) const {
  if (group == kHidden) return {};
  std::stable_partition(
      options.begin(), options.end(),
      [](const CLI::Option* option) { return !is_for_all_verbs(option); });
  std::string text = is_positional ? "\n" : fmt::format("\n{}:\n", group);
  for (const CLI::Option* option : options) {
    text += make_option(option, is_positional);
  }
  return text;
}

std::string HelpFormatter::make_option(const CLI::Option* option,
                                       bool is_positional) const {
  const std::string names =
      is_positional ? option->get_name(true) : names_of(*option);
  return wrapped("  " + names, description_of(*option));
}

}  // namespace cflt::command_line
