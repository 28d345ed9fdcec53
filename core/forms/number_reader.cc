#include "core/forms/number_reader.h"

#include <string_view>

namespace cflt::forms {
namespace {

constexpr std::uint32_t kNoDigit = 16;

constexpr std::uint32_t digit_of(char byte) {
  if ('0' <= byte && byte <= '9') return static_cast<std::uint32_t>(byte - '0');
  const char lower = static_cast<char>(byte | 0x20);
  if ('a' <= lower && lower <= 'f') {
    return static_cast<std::uint32_t>(lower - 'a') + 10;
  }
  return kNoDigit;
}

constexpr std::uint32_t radix_of(Base base) {
  return base == Base::kDecimal ? 10 : 16;
}

bool is_separator(char byte, Base base) {
  return std::string_view(" \t\r\n,;:-").find(byte) != std::string_view::npos ||
         (base == Base::kHex && byte == '\\');
}

bool is_x(char byte) { return byte == 'x' || byte == 'X'; }

constexpr std::uint32_t most_digits_of(Base base) {
  return base == Base::kDecimal ? 3 : 2;
}

constexpr std::uint32_t kLargest = 255;

}  // namespace

bool can_be_in_list(char byte) {
  return digit_of(byte) != kNoDigit || is_x(byte) ||
         is_separator(byte, Base::kHex);
}

std::size_t bytes_since_first_letter(Bytes before, Base base,
                                     std::size_t most) {
  const std::string_view letter = base == Base::kHex ? "63" : "99";
  std::size_t at = before.size();
  if (base == Base::kHex && at > 0 && is_x(before[at - 1])) {
    --at;
    if (at > 0 && before[at - 1] == '0') --at;
  }
  const std::size_t separator_end = at;
  while (at > 0 && is_separator(before[at - 1], base)) --at;
  if (at == separator_end || at < letter.size()) return 0;
  at -= letter.size();
  const std::size_t distance = before.size() - at;
  const bool fits =
      distance <= most &&
      std::string_view(before.data() + at, letter.size()) == letter &&
      (at == 0 || digit_of(before[at - 1]) >= radix_of(base));
  return fits ? distance : 0;
}

Digits next_digits(Bytes list, std::size_t at, Base base) {
  const auto is_digit = [&](std::size_t i) {
    return i < list.size() && digit_of(list[i]) < radix_of(base);
  };
  while (at < list.size() && !is_digit(at)) ++at;
  if (base == Base::kHex && at + 1 < list.size() && is_x(list[at + 1])) at += 2;
  const std::size_t begin = at;
  while (is_digit(at)) ++at;
  return {begin, at};
}

void NumberReader::start(Base base) {
  base_ = base;
  ended_ = false;
  prefixed_ = false;
  digits_ = 0;
  read_ = 0;
}

bool NumberReader::step(char byte) {
  const std::uint32_t digit = digit_of(byte);
  if (digit < radix_of(base_)) {
    read_ = read_ * radix_of(base_) + digit;
    ++digits_;
    ended_ = digits_ > most_digits_of(base_) || read_ > kLargest;
    return false;
  }
  if (begins_prefix(byte)) {
    prefixed_ = true;
    digits_ = 0;
    return false;
  }
  const bool completed = complete();
  if (!is_separator(byte, base_)) ended_ = true;
  return completed;
}

bool NumberReader::finish() {
  const bool completed = complete();
  ended_ = true;
  return completed;
}

/// `0x`, or `x` behind a separator.
bool NumberReader::begins_prefix(char byte) const {
  return base_ == Base::kHex && is_x(byte) && !prefixed_ &&
         (digits_ == 0 || (digits_ == 1 && read_ == 0));
}

/// What was read so far is a number, or nothing, or ends the list.
bool NumberReader::complete() {
  const bool is_number = base_ == Base::kHex ? digits_ == 2 : digits_ > 0;
  if (is_number) {
    value_ = static_cast<std::uint8_t>(read_);
  } else if (digits_ > 0 || prefixed_) {
    ended_ = true;
  }
  prefixed_ = false;
  digits_ = 0;
  read_ = 0;
  return is_number;
}

}  // namespace cflt::forms
