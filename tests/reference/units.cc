#include "units.h"

#include <algorithm>

#include "secret.h"

namespace cflt::reference {
namespace {

size_t window_bytes(Coding coding) {
  switch (coding) {
    case Coding::kBytes:
      return 512;
    case Coding::kUtf16:
      return 1024;
    case Coding::kDecimals:
    case Coding::kHexes:
      return 2048;
  }
  return 0;
}

Text read_bytes(const std::string& stream, size_t begin, Limit limit) {
  Text text;
  for (size_t at = begin; at < limit.at; ++at) {
    text.units.push_back({stream[at], at, at + 1});
  }
  text.is_cut = limit.is_full;
  return text;
}

// A window has an even number of bytes, so only the stream can end in a pair.
Text read_utf16(const std::string& stream, size_t begin, Limit limit) {
  Text text;
  for (size_t at = begin; at + 2 <= limit.at; at += 2) {
    if (stream[at] != '\0') return text;
    text.units.push_back({stream[at + 1], at, at + 2});
  }
  text.is_cut = limit.is_full;
  return text;
}

// Section 2.2: numbers and separators.

struct Number {
  enum State {
    kComplete,
    kWrong,
    kUnfinished  // right so far, but the window ends
  };
  State state = kWrong;
  size_t end = 0;
  char byte = 0;
};

size_t end_of_digits(const std::string& stream, size_t begin, Limit limit,
                     Coding coding) {
  size_t end = begin;
  while (end < limit.at && is_digit(stream[end], coding)) ++end;
  return end;
}

// Whether the byte behind a number, or the end of the stream, is known.
Number finish(size_t end, int value, Limit limit) {
  const bool is_known = end < limit.at || !limit.is_full;
  return {is_known ? Number::kComplete : Number::kUnfinished, end,
          static_cast<char>(value)};
}

// Too few digits: more can come only where the window ends.
Number too_short(size_t end, Limit limit) {
  const bool is_open = end == limit.at && limit.is_full;
  return {is_open ? Number::kUnfinished : Number::kWrong, end, 0};
}

Number read_decimal(const std::string& stream, size_t begin, Limit limit) {
  const size_t end = end_of_digits(stream, begin, limit, Coding::kDecimals);
  const size_t digits = end - begin;
  if (digits == 0) return too_short(end, limit);
  if (digits > 3) return {Number::kWrong, end, 0};
  const int value = std::stoi(stream.substr(begin, digits));
  if (value > 255) return {Number::kWrong, end, 0};
  return finish(end, value, limit);
}

// Behind `0x`, `0X`, `x` or `X`, if one of these is there.
size_t skip_prefix(const std::string& stream, size_t begin, Limit limit) {
  const auto is_x_at = [&](size_t at) {
    return at < limit.at && is_one_of(stream[at], "xX");
  };
  if (is_x_at(begin)) return begin + 1;
  const bool is_zero = begin < limit.at && stream[begin] == '0';
  return is_zero && is_x_at(begin + 1) ? begin + 2 : begin;
}

Number read_hex(const std::string& stream, size_t begin, Limit limit) {
  const size_t first = skip_prefix(stream, begin, limit);
  const size_t end = end_of_digits(stream, first, limit, Coding::kHexes);
  const size_t digits = end - first;
  if (digits < 2) return too_short(end, limit);
  if (digits > 2) return {Number::kWrong, end, 0};
  return finish(end, std::stoi(stream.substr(first, 2), nullptr, 16), limit);
}

// A unit is a separator and a number.
Text read_list(const std::string& stream, size_t begin, Limit limit,
               Coding coding) {
  Text text;
  size_t at = begin;
  while (true) {
    size_t first = at;
    while (first < limit.at && is_separator(stream[first], coding)) ++first;
    if (first == at && at < limit.at) return text;
    const Number number = coding == Coding::kDecimals
                              ? read_decimal(stream, first, limit)
                              : read_hex(stream, first, limit);
    text.is_cut = number.state == Number::kUnfinished;
    if (number.state != Number::kComplete) return text;
    text.units.push_back({number.byte, at, number.end});
    at = number.end;
  }
}

}  // namespace

bool is_numbers(Coding coding) {
  return coding == Coding::kDecimals || coding == Coding::kHexes;
}

bool is_separator(char byte, Coding coding) {
  static const std::string kSeparators = " \t\n\r,;:-";
  return is_one_of(byte, kSeparators) ||
         (byte == '\\' && coding == Coding::kHexes);
}

bool is_digit(char byte, Coding coding) {
  if (coding == Coding::kHexes) return is_one_of(byte, kHexDigits);
  return byte >= '0' && byte <= '9';
}

Limit window_behind(const std::string& stream, size_t anchor_end,
                    Coding coding) {
  const size_t end = anchor_end + window_bytes(coding);
  return {std::min(end, stream.size()), end <= stream.size()};
}

Text read_units(const std::string& stream, size_t begin, Limit limit,
                Coding coding) {
  switch (coding) {
    case Coding::kBytes:
      return read_bytes(stream, begin, limit);
    case Coding::kUtf16:
      return read_utf16(stream, begin, limit);
    case Coding::kDecimals:
    case Coding::kHexes:
      return read_list(stream, begin, limit, coding);
  }
  return {};
}

}  // namespace cflt::reference
