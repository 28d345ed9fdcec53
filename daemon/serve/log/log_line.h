// One line of the daemon's log:
//
//   2024-11-24T13:24:00.123Z warn connection closed source=app octets=512
//   <4>connection closed source=app octets=512               (to the journal)
//   {"time":"…Z","level":"warn","message":"connection closed","source":"app"}
//
// Messages and keys are words of ours; values may come from anywhere. All of
// it passes through safe_text(). In text, a value is quoted where it is empty
// or holds a space, '=' or '"'; inside quotes, '"' and '\' have a '\' before.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "config/settings.h"

namespace cflt::serve::log {

using Level = config::LogLevel;

using Format = config::LogFormat;

/// A key and its value. Views: valid for the call it is passed to.
struct Field {
  using Value =
      std::variant<std::string_view, std::int64_t, std::uint64_t, double>;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v)
      : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const std::string& v)
      : key(k), value(std::string_view(v)) {}
  template <std::signed_integral T>
  Field(std::string_view k, T v) : key(k), value(std::int64_t{v}) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Field(std::string_view k, T v)
      : key(k), value(std::uint64_t{v}) {}
  template <std::floating_point T>
  Field(std::string_view k, T v) : key(k), value(static_cast<double>(v)) {}

  std::string_view key;
  Value value;
};

using Fields = std::initializer_list<Field>;

struct Line {
  Level level;
  std::string_view message;
  std::span<const Field> fields;
  std::chrono::system_clock::time_point time;
};

/// Each without the newline.
std::string to_text(const Line& line);
std::string to_json(const Line& line);

/// What a journal reads from a line's start: its priority (sd-daemon(3)).
std::string_view journal_prefix(Level level);
/// to_text() without time and level, which the journal keeps itself.
std::string to_journal_text(const Line& line);

}  // namespace cflt::serve::log
