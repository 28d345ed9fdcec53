#include "core/redact/mask.h"

#include <algorithm>
#include <string_view>

#include "core/forms/candidates.h"
#include "core/redact/base64_text.h"

namespace cflt::redact {

using scan::Family;

namespace {

constexpr std::uint32_t kStars = 4;

void append_text(std::string_view text, bool is_utf16, std::vector<char>& to) {
  for (const char& c : text) {
    if (is_utf16) append({"", 1}, to);
    append({&c, 1}, to);
  }
}

/// 4 to 6 stars, as many as keep the number of symbols the same modulo 4: what
/// follows keeps its place in its group.
void append_base64(const Span& span, std::vector<char>& to) {
  const Base64Text text(forms::base64_offset(span.family),
                        kStars + (span.text_bytes - kStars) % 3,
                        span.last_symbol);
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const char symbol = text.symbol(i);
    append_text({&symbol, 1}, scan::is_utf16(span.family), to);
  }
}

/// The first four numbers, each with what stands in front of it and with other
/// digits: the list stays one.
void append_list(const Span& span, std::vector<char>& to) {
  const Bytes list = span.bytes;
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < kStars; ++i) {
    const forms::Digits digits =
        forms::next_digits(list, at, forms::base_of(span.family));
    append(list.slice(at, digits.begin), to);
    append_text(star_of(span), false, to);
    at = digits.end;
  }
}

}  // namespace

std::string_view star_of(const Span& span) {
  if (span.family == Family::kDecimals) return "42";
  const char* const begin = span.bytes.data();
  const bool has_capital =
      std::any_of(begin, begin + span.bytes.size(),
                  [](char c) { return 'A' <= c && c <= 'F'; });
  return has_capital ? "2A" : "2a";
}

void append_short_mask(const Span& span, std::vector<char>& to) {
  const bool is_utf16 = scan::is_utf16(span.family);
  if (forms::is_base64(span.family)) {
    append_base64(span, to);
  } else if (scan::is_list(span.family)) {
    append_list(span, to);
  } else if (span.family == Family::kHex) {
    for (std::uint32_t i = 0; i < kStars; ++i)
      append_text(star_of(span), false, to);
  } else {
    append_text("****", is_utf16, to);
  }
}

void append(Bytes bytes, std::vector<char>& to) {
  CFLT_CHECK(to.size() + bytes.size() <= to.capacity());
  to.insert(to.end(), bytes.data(), bytes.data() + bytes.size());
}

}  // namespace cflt::redact
