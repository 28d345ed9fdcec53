// One value: text to sizes, durations, numbers, modes, names, or the problem.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cflt::config {

/// Why a value means nothing, as the end of "max_length: …".
struct Problem {
  std::string text;
};

/// A T or a Problem. (boost::system::result does not take a std::string beside
/// what can be made of one.)
template <class T>
class Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Problem problem) : held_(std::in_place_index<1>, std::move(problem)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& operator*() { return *std::get_if<0>(&held_); }
  const T& operator*() const { return *std::get_if<0>(&held_); }
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }
  const Problem& error() const { return *std::get_if<1>(&held_); }

 private:
  std::variant<T, Problem> held_;
};

template <class T>
using Parser = std::function<Result<T>(std::string_view)>;

/// A whole number, in decimal digits.
Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                   std::uint64_t most);

/// 1024, 64k, 64KiB (powers of 1024), 64kB (powers of 1000), in bytes.
Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t least,
                                 std::uint64_t most);

/// 100ms, 10s, 5m, 1h.
Result<std::chrono::milliseconds> parse_duration(
    std::string_view text, std::chrono::milliseconds least);

/// File permissions in octal digits, up to 0777.
Result<unsigned> parse_mode(std::string_view text);

/// An absolute path.
Result<std::string> parse_path(std::string_view text);

/// A user's or a group's name, or its number.
Result<std::string> parse_account(std::string_view text);

/// 1 to `most` visible ASCII characters, as RFC 5424's names have.
Result<std::string> parse_visible(std::string_view text, std::size_t most);

/// What a source or sink may be called: letters, digits, "_", "-", ".".
bool is_name(std::string_view text);

/// "64KiB", "1MiB", "1000": exact.
std::string size_text(std::uint64_t bytes);

/// Parsers with their limits bound.
Parser<std::uint64_t> size_between(std::uint64_t least, std::uint64_t most);
Parser<std::uint32_t> number_between(std::uint32_t least, std::uint32_t most);
Parser<std::chrono::milliseconds> duration_from(
    std::chrono::milliseconds least);

}  // namespace cflt::config
