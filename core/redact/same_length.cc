#include <algorithm>

#include "core/forms/candidates.h"
#include "core/forms/written_symbols.h"
#include "core/redact/base64_text.h"
#include "core/redact/mask.h"

namespace cflt::redact {

using forms::Written;
using forms::WrittenSymbols;
using scan::Family;

namespace {

/// Bytes of which the last is a character.
std::uint32_t unit_bytes_of(Family family) {
  return scan::is_utf16(family) ? 2 : 1;
}

std::uint32_t size_of(const Written& symbol) {
  return symbol.end - symbol.begin;
}

void append_character(char c, std::uint32_t unit_bytes, std::vector<char>& to) {
  if (unit_bytes > 1) append({"", 1}, to);
  append({&c, 1}, to);
}

/// What stands between two symbols stays.
void append_gap(Bytes bytes, std::uint32_t from, const Written& symbol,
                std::vector<char>& to) {
  append(bytes.slice(from, symbol.begin), to);
}

void append_each_star(const Span& span, std::vector<char>& to) {
  const std::uint32_t unit = unit_bytes_of(span.family);
  const WrittenSymbols symbols(span.bytes, unit);
  std::uint32_t from = 0;
  for (const Written& symbol : symbols.all()) {
    append_gap(span.bytes, from, symbol, to);
    for (std::uint32_t i = 0; i < size_of(symbol); i += unit) {
      append_character('*', unit, to);
    }
    from = symbol.end;
  }
}

void append_each_digit(const Span& span, std::vector<char>& to) {
  const std::string_view star = star_of(span);
  const WrittenSymbols digits(span.bytes, 1);
  std::uint32_t from = 0;
  std::size_t turn = digits.all().size();  // two a byte, as far as the end
  for (const Written& digit : digits.all()) {
    append_gap(span.bytes, from, digit, to);
    append({&star[turn++ % 2], 1}, to);
    from = digit.end;
  }
}

/// The symbols of a base64 span that are escaped; in a secret only the last can
/// be, as the text is ASCII.
class Escaped {
 public:
  Escaped(std::span<const Written> symbols, std::uint32_t unit_bytes)
      : symbols_(symbols), unit_bytes_(unit_bytes) {
    skip_plain();
  }

  bool empty() const { return at_ == symbols_.size(); }

  Written take() {
    const Written symbol = symbols_[at_++];
    skip_plain();
    return symbol;
  }

 private:
  void skip_plain() {
    while (!empty() && size_of(symbols_[at_]) == unit_bytes_) ++at_;
  }

  std::span<const Written> symbols_;
  std::uint32_t unit_bytes_;
  std::size_t at_ = 0;
};

/// An escape cannot write the symbols of stars: it moves to where `+` and `/`
/// can stand in printable text, at the end of a group.
void append_moving_escapes(const Span& span, std::vector<char>& to) {
  const std::uint32_t unit = unit_bytes_of(span.family);
  const WrittenSymbols symbols(span.bytes, unit);
  const Base64Text text(forms::base64_offset(span.family), span.text_bytes,
                        span.last_symbol);
  Escaped escaped(symbols.all(), unit);
  std::uint32_t from = 0;
  auto index = text.size() - static_cast<std::uint32_t>(symbols.all().size());
  for (const Written& symbol : symbols.all()) {
    append_gap(span.bytes, from, symbol, to);
    const bool is_last = index + 1 == text.size();
    if ((text.is_fourth(index) || is_last) && !escaped.empty()) {
      const Written moved = escaped.take();
      append(span.bytes.slice(moved.begin, moved.end), to);
    } else {
      append_character(text.symbol(index), unit, to);
    }
    ++index;
    from = symbol.end;
  }
}

/// A number of three digits becomes one of two and a space, as `042` is none in
/// JSON. One of one digit is a blank between the symbols.
std::string_view number_of(std::size_t digits, std::string_view star) {
  return digits == 1 ? "0" : digits == 2 ? star : "42 ";
}

void append_each_number(const Span& span, std::vector<char>& to) {
  const forms::Base base = forms::base_of(span.family);
  const std::string_view star = star_of(span);
  std::size_t at = 0;
  while (at < span.bytes.size()) {
    const forms::Digits digits = forms::next_digits(span.bytes, at, base);
    append(span.bytes.slice(at, digits.begin), to);
    const std::size_t count = digits.end - digits.begin;
    if (count > 0) {
      const std::string_view number = number_of(count, star);
      append({number.data(), number.size()}, to);
    }
    at = digits.end;
  }
}

}  // namespace

void append_same_length_mask(const Span& span, std::vector<char>& to) {
  if (forms::is_base64(span.family)) {
    append_moving_escapes(span, to);
  } else if (scan::is_list(span.family)) {
    append_each_number(span, to);
  } else if (span.family == Family::kHex) {
    append_each_digit(span, to);
  } else {
    append_each_star(span, to);
  }
}

}  // namespace cflt::redact
