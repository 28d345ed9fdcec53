#include "daemon/serve/log/log_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

#include "daemon/base/messages.h"

namespace cflt::serve::log {
namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "error";
}

/// ISO 8601, UTC, milliseconds.
std::string to_iso(std::chrono::system_clock::time_point time) {
  using std::chrono::milliseconds;
  const auto since = std::chrono::floor<milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     (since - seconds).count());
}

std::string quoted(const std::string& value) {
  const bool plain =
      !value.empty() && value.find_first_of(" =\"") == std::string::npos;
  if (plain) return value;
  std::string output = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') output += '\\';
    output += c;
  }
  return output += '"';
}

struct ToText {
  std::string operator()(std::string_view text) const {
    return quoted(base::safe_text(text));
  }
  template <typename Number>
  std::string operator()(Number number) const {
    return fmt::format("{}", number);
  }
};

struct ToJson {
  boost::json::value operator()(std::string_view text) const {
    return boost::json::string(base::safe_text(text));
  }
  boost::json::value operator()(double number) const {
    // JSON has no infinity.
    if (!std::isfinite(number)) return nullptr;
    return number;
  }
  template <typename Integer>
  boost::json::value operator()(Integer number) const {
    return number;
  }
};

}  // namespace

std::string to_journal_text(const Line& line) {
  std::string text = base::safe_text(line.message);
  for (const Field& field : line.fields) {
    text += ' ';
    text += base::safe_text(field.key);
    text += '=';
    text += std::visit(ToText{}, field.value);
  }
  return text;
}

std::string to_text(const Line& line) {
  return fmt::format("{} {} {}", to_iso(line.time), name_of(line.level),
                     to_journal_text(line));
}

std::string to_json(const Line& line) {
  boost::json::object object;
  object.emplace("time", to_iso(line.time));
  object.emplace("level", name_of(line.level));
  object.emplace("message", base::safe_text(line.message));
  for (const Field& field : line.fields) {
    object.emplace(base::safe_text(field.key),
                   std::visit(ToJson{}, field.value));
  }
  return boost::json::serialize(object);
}

std::string_view journal_prefix(Level level) {
  switch (level) {
    case Level::kDebug:
      return "<7>";
    case Level::kInfo:
      return "<6>";
    case Level::kWarn:
      return "<4>";
    case Level::kError:
      return "<3>";
  }
  return "<3>";
}

}  // namespace cflt::serve::log
