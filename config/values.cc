#include "config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <span>

#include "config/complaint.h"

namespace cflt::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kKi = 1024, kMi = kKi << 10, kGi = kMi << 10,
                        kTi = kGi << 10;
constexpr std::uint64_t kK = 1000, kM = kK * 1000, kG = kM * 1000,
                        kT = kG * 1000;
constexpr std::array kSizeUnits = {
    Unit{"", 1},      Unit{"b", 1},     Unit{"k", kKi},   Unit{"m", kMi},
    Unit{"g", kGi},   Unit{"t", kTi},   Unit{"ki", kKi},  Unit{"mi", kMi},
    Unit{"gi", kGi},  Unit{"ti", kTi},  Unit{"kib", kKi}, Unit{"mib", kMi},
    Unit{"gib", kGi}, Unit{"tib", kTi}, Unit{"kb", kK},   Unit{"mb", kM},
    Unit{"gb", kG},   Unit{"tb", kT}};
constexpr std::array kDurationUnits = {Unit{"ms", 1}, Unit{"s", 1000},
                                       Unit{"m", 60'000}, Unit{"h", 3'600'000}};
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Decimal digits without a leading zero (which may mean octal elsewhere).
std::optional<std::uint64_t> whole_number(std::string_view digits) {
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Digits and a unit, such as "64KiB"; a number too large is the largest.
std::optional<std::uint64_t> with_unit(std::string_view text,
                                       std::span<const Unit> units) {
  const auto unit_at = std::ranges::find_if_not(text, is_digit);
  const auto digit_count = static_cast<std::size_t>(unit_at - text.begin());
  const auto number = whole_number(text.substr(0, digit_count));
  const std::string_view name = text.substr(digit_count);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  if (*number > UINT64_MAX / unit->factor) return UINT64_MAX;
  return *number * unit->factor;
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                   std::uint64_t most) {
  const auto number = whole_number(text);
  if (number && *number >= least && *number <= most) return *number;
  return Problem{fmt::format("{} is not a whole number from {} to {}",
                             shown(text), least, most)};
}

Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t least,
                                 std::uint64_t most) {
  const auto size = with_unit(lower(text), kSizeUnits);
  if (!size) {
    return Problem{fmt::format("{} is not a size, such as 1000, 64KiB or 1MiB",
                               shown(text))};
  }
  if (*size >= least && *size <= most) return *size;
  return Problem{fmt::format("{} is not from {} to {}", shown(text),
                             size_text(least), size_text(most))};
}

Result<std::chrono::milliseconds> parse_duration(
    std::string_view text, std::chrono::milliseconds least) {
  const auto count = with_unit(text, kDurationUnits);
  if (!count) {
    return Problem{fmt::format(
        "{} is not a duration, such as 100ms, 10s, 5m or 1h", shown(text))};
  }
  if (*count >= static_cast<std::uint64_t>(least.count()) &&
      *count <= static_cast<std::uint64_t>(kLongest.count())) {
    return std::chrono::milliseconds(*count);
  }
  return Problem{
      fmt::format("{} is not from {}ms to 24h", shown(text), least.count())};
}

Result<unsigned> parse_mode(std::string_view text) {
  const bool octal =
      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
  unsigned mode = 0;
  if (octal && text.size() >= 3 && text.size() <= 4) {
    std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (mode <= 0777) return mode;
  }
  return Problem{
      fmt::format("{} is not a mode from 0000 to 0777, such as "
                  "\"0660\"",
                  shown(text))};
}

Result<std::string> parse_path(std::string_view text) {
  const bool clean = std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (text.starts_with('/') && text.size() > 1 && clean) {
    // One file has one name, so that two sinks of it are seen.
    return std::filesystem::path(text).lexically_normal().string();
  }
  return Problem{
      fmt::format("{} is not an absolute path, such as "
                  "/run/app.log",
                  shown(text))};
}

Result<std::string> parse_account(std::string_view text) {
  const bool good =
      !text.empty() && text.size() <= 256 && text.front() != '-' &&
      std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
      });
  if (good) return std::string(text);
  return Problem{
      fmt::format("{} is not the name of a user or group", shown(text))};
}

Result<std::string> parse_visible(std::string_view text, std::size_t most) {
  const bool visible =
      std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (visible && !text.empty() && text.size() <= most) {
    return std::string(text);
  }
  return Problem{fmt::format("{} is not 1 to {} visible ASCII characters",
                             shown(text), most)};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         (is_letter(text.front()) || text.front() == '_') &&
         std::ranges::all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '_' || c == '-' ||
                  c == '.';
         });
}

std::string size_text(std::uint64_t bytes) {
  for (const auto& [factor, unit] :
       {std::pair{kTi, "TiB"}, {kGi, "GiB"}, {kMi, "MiB"}, {kKi, "KiB"}}) {
    if (bytes >= factor && bytes % factor == 0) {
      return fmt::format("{}{}", bytes / factor, unit);
    }
  }
  return std::to_string(bytes);
}

Parser<std::uint64_t> size_between(std::uint64_t least, std::uint64_t most) {
  return [=](std::string_view text) { return parse_size(text, least, most); };
}

Parser<std::uint32_t> number_between(std::uint32_t least, std::uint32_t most) {
  return [=](std::string_view text) -> Result<std::uint32_t> {
    const auto number = parse_number(text, least, most);
    if (!number) return number.error();
    return static_cast<std::uint32_t>(*number);
  };
}

Parser<std::chrono::milliseconds> duration_from(
    std::chrono::milliseconds least) {
  return [=](std::string_view text) { return parse_duration(text, least); };
}

}  // namespace cflt::config
