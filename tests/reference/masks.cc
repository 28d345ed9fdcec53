#include "masks.h"

#include <algorithm>

#include "inside.h"
#include "secret.h"
#include "units.h"

namespace cflt::reference {
namespace {

std::string in_coding(const std::string& text, Coding coding) {
  if (coding != Coding::kUtf16) return text;
  std::string pairs;
  for (char byte : text) {
    pairs += '\0';
    pairs += byte;
  }
  return pairs;
}

std::string base64_mask(size_t offset, const std::vector<Symbol>& outer) {
  std::string bits = bits_of_byte('t').substr(8 - bits_of_t(offset));
  for (int stars = 1; stars <= 6; ++stars) {
    bits += bits_of_byte('*');
    const size_t count = (bits.size() + 5) / 6;
    if (stars >= 4 && (outer.size() - count) % 4 == 0) break;
  }
  const size_t bits_of_next = (6 - bits.size() % 6) % 6;
  bits += bits_of(kAlphabet.find(outer.back().value), bits_of_next);
  return base64_of_bits(bits);
}

constexpr size_t kNumbersOfMask = 4;

bool has_capital_digit(const std::string& numbers) {
  return numbers.find_first_of("ABCDEF") != std::string::npos;
}

// The first numbers of the span, with other digits.
std::string numbers_mask(const std::string& stream, const Anchor& anchor,
                         const Span& span) {
  const bool is_capital =
      has_capital_digit(between(stream, anchor.end, span.end));
  std::string mask;
  for (size_t i = 0; i < kNumbersOfMask; ++i) {
    const Unit& unit = anchor.text.units[i];
    std::string number = between(stream, unit.begin, unit.end);
    if (anchor.coding == Coding::kHexes) {
      number.resize(number.size() - 2);
      mask += number + (is_capital ? "2A" : "2a");
    } else {
      while (is_digit(number.back(), anchor.coding)) number.pop_back();
      mask += number + "42";
    }
  }
  return mask;
}

// Section 5.1: masks of the same length.

std::string written(const std::string& stream, const Symbol& symbol) {
  return between(stream, symbol.begin, symbol.end);
}

// One text for each written symbol.
using Texts = std::vector<std::string>;

// In UTF-16 the NULs stay.
Texts stars(const std::string& stream, const Span& span) {
  Texts texts;
  for (const Symbol& symbol : span.outer) {
    std::string text = written(stream, symbol);
    for (char& byte : text) {
      if (byte != '\0') byte = '*';
    }
    texts.push_back(text);
  }
  return texts;
}

// The index of the first symbol behind the anchor that is the fourth of its
// group.
size_t first_fourth(size_t offset) {
  if (offset == 0) return 2;
  return offset == 1 ? 1 : 3;
}

std::string bits_of_stars(const Anchor& anchor, const Span& span) {
  const size_t size = 6 * span.outer.size();
  std::string bits = bits_of_byte('t').substr(8 - bits_of_t(anchor.offset));
  while (bits.size() + 8 <= size) bits += bits_of_byte('*');
  const size_t bits_of_next = size - bits.size();
  const size_t last = kAlphabet.find(span.outer.back().value);
  return bits + bits_of(last, bits_of_next);
}

// What took several bytes stands as it came, but as a fourth of a group, behind
// the first symbols, which are replaced already; or where it was.
Texts base64_of_stars(const std::string& stream, const Anchor& anchor,
                      const Span& span, size_t first) {
  Texts texts;
  for (char symbol : base64_of_bits(bits_of_stars(anchor, span))) {
    texts.push_back(in_coding(std::string(1, symbol), anchor.coding));
  }
  const size_t size_of_one = texts.front().size();
  size_t place = first_fourth(anchor.offset);
  while (place < first) place += 4;
  for (size_t i = first; i < span.outer.size(); ++i) {
    const std::string text = written(stream, span.outer[i]);
    if (text.size() == size_of_one) continue;
    texts.at(std::min(place, span.outer.size() - 1)) = text;
    place += 4;
  }
  return texts;
}

Texts hex_of_stars(const Span& span, bool is_capital) {
  Texts texts;
  while (texts.size() < span.outer.size()) {
    texts.push_back("2");
    texts.push_back(is_capital ? "A" : "a");
  }
  return texts;
}

Texts texts_of_same_length(const std::string& stream, const Anchor& anchor,
                           const Span& span, size_t first, size_t from) {
  switch (anchor.family) {
    case Family::kText:
      return stars(stream, span);
    case Family::kBase64:
      return base64_of_stars(stream, anchor, span, first);
    case Family::kHex:
      return hex_of_stars(span,
                          has_capital_digit(between(stream, from, span.end)));
  }
  return {};
}

// The digits that stand together. A single one in a hex list
// is the `0` of a prefix.
std::string digits_of_same_length(const std::string& digits, Coding coding,
                                  bool is_capital) {
  if (coding == Coding::kHexes) {
    if (digits.size() != 2) return digits;
    return is_capital ? "2A" : "2a";
  }
  if (digits.size() == 1) return "0";
  return digits.size() == 2 ? "42" : "42 ";
}

std::string numbers_of_same_length(const std::string& numbers, Coding coding) {
  const bool is_capital = has_capital_digit(numbers);
  std::string mask;
  std::string digits;
  const auto take_digits = [&] {
    if (digits.empty()) return;
    mask += digits_of_same_length(digits, coding, is_capital);
    digits.clear();
  };
  for (char byte : numbers) {
    if (is_digit(byte, coding)) {
      digits += byte;
      continue;
    }
    take_digits();
    mask += byte;
  }
  take_digits();
  return mask;
}

}  // namespace

std::string between(const std::string& stream, size_t begin, size_t end) {
  return stream.substr(begin, end - begin);
}

std::string colour_sequences_of(const std::string& replaced, Coding coding) {
  std::string sequences;
  bool is_inside = false;
  for (char byte : replaced) {
    // A NUL is one of UTF-16, and ESC stands in nothing else.
    if (byte == '\0') continue;
    if (byte == '\x1b') is_inside = true;
    if (is_inside) sequences += byte;
    if (is_one_of(byte, "mK")) is_inside = false;
  }
  return in_coding(sequences, coding);
}

std::string mask_of(const std::string& stream, const Anchor& anchor,
                    const Span& span) {
  if (is_numbers(anchor.coding)) return numbers_mask(stream, anchor, span);
  switch (anchor.family) {
    case Family::kText:
      return in_coding("****", anchor.coding);
    case Family::kBase64:
      return in_coding(base64_mask(anchor.offset, span.outer), anchor.coding);
    case Family::kHex:
      return has_capital_digit(between(stream, anchor.end, span.end))
                 ? "2A2A2A2A"
                 : "2a2a2a2a";
  }
  return "";
}

std::string same_length_mask_of(const std::string& stream, const Anchor& anchor,
                                const Span& span, size_t from) {
  if (is_numbers(anchor.coding)) {
    return numbers_of_same_length(between(stream, from, span.end),
                                  anchor.coding);
  }
  size_t first = 0;
  while (span.outer[first].end <= from) ++first;
  const Texts texts = texts_of_same_length(stream, anchor, span, first, from);
  std::string mask;
  size_t at = from;
  for (size_t i = first; i < span.outer.size(); ++i) {
    const Symbol& symbol = span.outer[i];
    mask += between(stream, at, symbol.begin) + texts[i];
    at = symbol.end;
  }
  return mask;
}

}  // namespace cflt::reference
