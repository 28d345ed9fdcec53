#include "core/canary/canary.h"

#include <algorithm>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::canary {
namespace {

using forms::Form;

/// With more, a candidate written with spaces would end (docs/language.md, 4).
constexpr auto kMaxPluses = 7;

/// How a form writes `+` and `/`.
struct Escapes {
  std::string plus;
  std::string slash;
};

Escapes escapes_of(Form form) {
  switch (form) {
    case Form::kUrlsafe:
      return {"-", "_"};
    case Form::kForm:
      return {" ", "/"};
    case Form::kJson:
      return {"+", "\\/"};
    case Form::kUnicode:
      return {"\\u002b", "\\u002F"};
    case Form::kPercent:
      return {"%2B", "%2F"};
    case Form::kHtml:
      return {"&#43;", "&#x2F;"};
    default:
      return {"+", "/"};
  }
}

std::string escape(const std::string& secret, const Escapes& escapes) {
  std::string written;
  for (const char c : secret) {
    written += c == '+'   ? escapes.plus
               : c == '/' ? escapes.slash
                          : std::string(1, c);
  }
  return written;
}

std::string to_hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string to_utf16le(const std::string& ascii) {
  std::string wide;
  for (const char c : ascii) wide += {c, '\0'};
  return wide;
}

/// As a list of its bytes in decimal.
std::string to_numbers(const std::string& bytes) {
  std::string list;
  for (const char c : bytes) {
    if (!list.empty()) list += ',';
    list += std::to_string(static_cast<unsigned char>(c));
  }
  return list;
}

/// Broken after 40 characters, as JSON writes a line's end: so it stays one
/// record. The 36 in front have an upper-case letter or a digit, but for 1 in
/// 10^13 secrets.
std::string to_wrapped(const std::string& secret) {
  return secret.substr(0, 40) + "\\n" + secret.substr(40);
}

/// As `grep --color` writes a match of `cflt`.
std::string to_color(const std::string& secret) {
  return secret.substr(0, 4) + "\x1b[m\x1b[K" + secret.substr(4);
}

/// Base64 of ASCII text has no `+` or `/`. Only the symbol that a secret
/// shares with what follows can be one: here with U+2026 in UTF-8.
std::string to_base64_escaped(const std::string& secret) {
  std::string text = to_base64(secret + "\xe2\x80\xa6");
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

std::string write_symbols(const std::string& secret, Form form) {
  switch (form) {
    case Form::kColor:
      return to_color(secret);
    case Form::kWrapped:
      return to_wrapped(secret);
    case Form::kHex:
      return to_hex(secret);
    case Form::kNumbers:
      return to_numbers(secret);
    case Form::kUtf16:
      return to_utf16le(secret);
    default:
      return escape(secret, escapes_of(form));
  }
}

std::string to_base64(const std::string& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::string group = bytes.substr(i, 3);
    const std::size_t count = group.size();
    group.resize(3);
    unsigned bits = 0;
    for (const char c : group) bits = bits << 8 | static_cast<unsigned char>(c);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k > count ? '=' : secret::kAlphabet[bits >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

bool fits_base64_escaped(const std::string& secret) {
  return secret.back() == 'g' || secret.back() == 'w';
}

std::string write_secret(const std::string& secret, Form form,
                         unsigned offset) {
  switch (form) {
    case Form::kBase64:
      return to_base64(std::string("k:", offset) + secret);
    case Form::kBase64Escaped:
      return to_base64_escaped(secret);
    default:
      return write_symbols(secret, form);
  }
}

std::string Canaries::next_secret() {
  std::string body = random_body();
  while (body.find('+') == body.npos || body.find('/') == body.npos) {
    body = random_body();
  }
  const auto check = secret::check_of(body.data());
  std::string secret = "cflt" + body + std::string(check.data(), check.size());
  const auto pluses = std::count(secret.begin(), secret.end(), '+');
  return pluses <= kMaxPluses ? secret : next_secret();
}

std::string Canaries::next(Form form) {
  std::string secret = next_secret();
  while (form == Form::kBase64Escaped && !fits_base64_escaped(secret)) {
    secret = next_secret();
  }
  const unsigned offset = form == Form::kBase64 ? offset_++ % 3 : 0;
  return write_secret(secret, form, offset);
}

std::string Canaries::random_body() {
  std::string body(secret::kBodyCount, '\0');
  for (char& c : body) c = secret::kAlphabet[random_() >> 58];
  return body;
}

}  // namespace cflt::canary
