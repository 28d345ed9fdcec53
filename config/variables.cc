#include "config/variables.h"

#include <fmt/format.h>

#include "config/values.h"

namespace cflt::config {
namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
constexpr std::string_view kDigits = "0123456789";

/// NAME or NAME:-default, without the braces.
struct Variable {
  std::string name;
  std::optional<std::string> fallback;
};

Result<Variable> parse_variable(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() &&
         (kLetters.find(text[end]) != std::string_view::npos ||
          (end > 0 && kDigits.find(text[end]) != std::string_view::npos))) {
    ++end;
  }
  Variable variable{std::string(text.substr(0, end)), std::nullopt};
  const std::string_view rest = text.substr(end);
  if (rest.starts_with(":-")) variable.fallback = rest.substr(2);
  if (end > 0 && (rest.empty() || variable.fallback)) return variable;
  return Problem{
      fmt::format("${{{}}} is not a variable; write ${{NAME}} or "
                  "${{NAME:-default}}",
                  shown(text))};
}

Result<std::string> value_of(const Variable& variable, const Lookup& lookup) {
  const auto value = lookup(variable.name);
  if (value && (!value->empty() || !variable.fallback)) return *value;
  if (variable.fallback) return *variable.fallback;
  return Problem{
      fmt::format("{0} is not set; set it, or give a default: "
                  "${{{0}:-default}}",
                  shown(variable.name))};
}

/// One scalar, from the front.
class Expansion {
 public:
  Expansion(std::string_view text, const Lookup& lookup)
      : rest_(text), lookup_(lookup) {}

  /// Whether a variable was met.
  bool has_variable() const { return has_variable_; }

  Result<std::string> run() {
    std::string output;
    while (true) {
      const std::size_t dollar = rest_.find('$');
      output += rest_.substr(0, dollar);
      if (dollar == std::string_view::npos) return output;
      rest_.remove_prefix(dollar + 1);
      auto value = next();
      if (!value) return value;
      output += *value;
    }
  }

 private:
  /// What stands for the `$` just read and what belongs to it.
  Result<std::string> next() {
    if (rest_.starts_with('$')) {
      rest_.remove_prefix(1);
      return std::string("$");
    }
    const std::size_t end = rest_.find('}');
    if (!rest_.starts_with('{') || end == std::string_view::npos) {
      return Problem{"a $ alone; write ${NAME} for a variable, $$ for a $"};
    }
    has_variable_ = true;
    const auto variable = parse_variable(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    if (!variable) return variable.error();
    if (!lookup_) return std::string();
    return value_of(*variable, lookup_);
  }

  std::string_view rest_;
  const Lookup& lookup_;
  bool has_variable_ = false;
};

/// Whether the scalar has its value now.
bool fill_in_scalar(DocumentNode& node, const Lookup& lookup, Report& report) {
  if (node.text.find('$') == std::string::npos) return true;
  Expansion expansion(node.text, lookup);
  auto value = expansion.run();
  if (!value) report.error(node.at, value.error().text);
  if (!value || (expansion.has_variable() && !lookup)) {
    node.unresolved = true;
    return false;
  }
  node.text = std::move(*value);
  node.quoted = true;
  return true;
}

}  // namespace

std::size_t fill_in(DocumentNode& node, const Lookup& lookup, Report& report) {
  if (node.kind == DocumentNode::Kind::kScalar) {
    return fill_in_scalar(node, lookup, report) ? 0 : 1;
  }
  std::size_t missing = 0;
  for (DocumentNode& child : node.children)
    missing += fill_in(child, lookup, report);
  return missing;
}

}  // namespace cflt::config
