#include "tests/support/fragments.h"

#include <array>
#include <string_view>

#include "core/canary/canary.h"
#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::test {
namespace {

using canary::Canaries;
using forms::Form;
using namespace std::string_literals;

std::string symbols(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < count) text += secret::kAlphabet[random() >> 58];
  return text;
}

template <std::size_t kCount>
std::string pick(const std::array<std::string_view, kCount>& list,
                 unsigned parameter) {
  return std::string(list[parameter % kCount]);
}

constexpr std::array<std::string_view, 24> kEnders = {
    " ",
    "\n",
    "\r\n",
    "\"",
    "*",
    ",",
    "-",
    "_",
    "\\n",
    "=",
    "==",
    "&",
    "%",
    "\\",
    ";",
    "'",
    "é",
    "\x1b",
    "\x1b[",
    "%2*",
    std::string_view("\0", 1),
    std::string_view("\0*", 2),
    "2a",
    "Kg"};

constexpr std::array<std::string_view, 28> kEscapes = {
    "\\/",       "\\\\/",
    "\\u002b",   "\\\\u002F",
    "\\x2B",     "%2B",
    "%2f",       "%252b",
    "%252F",     "&#43;",
    "&#x2F;",    "&#x2b;",
    "-",         "_",
    " ",         "\x1b[m",
    "\\+",       "\\x5C/",
    "\\u005c+",  "%2525252F",
    "&plus;",    "&sol;",
    "&amp;#43;", "&#X002B;",
    "&#047;",    "&amp;amp;#x2f;",
    "\\x5c\\/",  "   "};

constexpr std::array<std::string_view, 24> kHalves = {
    "\\",    "\\u", "\\u0", "\\u00", "\\u002", "\\x", "\\x2",  "%",
    "%2",    "%25", "%252", "&",     "&#",     "&#4", "&#x2b", "\x1b[1;3",
    "\\x5C", "&am", "&plu", "&#x0",  "=",      "'",   "\"",    "'\n  b"};

/// Between two symbols, or nearly.
constexpr std::array<std::string_view, 32> kBreaks = {
    "\n",          "\r\n",       "\r",
    "\\n",         "\\r\\n",     "\\\\n",
    "=\n",         "=\r\n",      " \r",
    "   \n    ",   "\n\t\t",     "\\n  ",
    "'\n   b'",    "\"\n  \"",   "' \r\n 'x",
    "'\\n   u'",   "\n\n  \r\n", "\\x5Cn",
    "\\n\\t",      "\\t",        "\t\n",
    "         \n", "         ",  "\n*",
    " \x1b[m\n",   "\n\x1b[K ",  "\x1b[0m \n\x1b[1m  ",
    "=\n=\n",      "'b'",        "'\n\\t\"",
    "\n\\/",       "\n-"};

constexpr std::array<std::string_view, 14> kListSeparators = {
    ",",       ", ", " ",     ";",   "; ",  ":",    "-",
    ",\n    ", "\n", "\r\n ", ",\t", " - ", "\n- ", "\\"};

constexpr std::array<std::string_view, 8> kProse = {
    "the quick brown fox ",
    "GET /index.html HTTP/1.1",
    "2015-10-18 18:01:47,978 INFO ",
    "password=\"",
    "sasl.jaas.config=",
    "{\"k\":\"",
    "a b c d e f g h i ",
    "Authorization: Basic "};

/// A secret in a form, cut short by a few bytes.
std::string cut_short(std::uint64_t seed, unsigned parameter) {
  const auto form = static_cast<Form>(parameter % forms::kFormCount);
  std::string text = Canaries(seed).next(form);
  const std::size_t cut = parameter / forms::kFormCount;
  return text.substr(0, text.size() - std::min(text.size(), cut));
}

/// One byte of a secret is another one.
std::string corrupted(std::uint64_t seed, unsigned parameter) {
  const auto form = static_cast<Form>(parameter % forms::kFormCount);
  std::string text = Canaries(seed).next(form);
  text[seed * 7 % text.size()] = static_cast<char>('A' + parameter % 50);
  return text;
}

/// The shape of a secret, and nearly always a wrong checksum.
std::string near_miss(std::uint64_t seed, unsigned parameter) {
  std::string text = "cflt" + symbols(seed, 59) + "AQgw"[parameter % 4];
  return canary::write_symbols(
      text, static_cast<Form>(parameter / 4 % forms::kFormCount));
}

/// Base64 of text with a (shortened) secret somewhere in it.
std::string in_base64(std::uint64_t seed, unsigned parameter) {
  std::string secret = Canaries(seed).next_secret();
  secret.resize(64 - (parameter >> 4) % 8);
  const std::string before = symbols(seed + 1, parameter % 4);
  const std::string behind = pick(kEnders, parameter / 4) + symbols(seed, 5);
  return canary::to_base64(before + secret + behind);
}

std::string in_hex(std::uint64_t seed, unsigned parameter) {
  std::string secret = Canaries(seed).next_secret();
  secret.resize(64 - parameter % 8);
  std::string text =
      canary::write_symbols(secret + pick(kEnders, parameter / 8), Form::kHex);
  for (char& c : text) {
    if (parameter % 3 == 0 && 'a' <= c && c <= 'f' && &c - &text[0] > 8) {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return text;
}

std::string in_utf16(std::uint64_t seed, unsigned parameter) {
  std::string secret = Canaries(seed).next_secret();
  secret.resize(64 - parameter % 8);
  return canary::write_symbols(secret + pick(kEnders, parameter / 8),
                               Form::kUtf16);
}

/// A secret with escapes of several kinds and colours between its symbols, up
/// to and beyond the window of 512 bytes.
std::string mixed(std::uint64_t seed, unsigned parameter) {
  const std::string secret = Canaries(seed).next_secret();
  std::string text = "cflt";
  for (std::size_t i = 4; i < secret.size(); ++i) {
    if (i * 7 % 64 < parameter % 64) text += "\x1b[0;1m";
    if (secret[i] == '+') {
      text += pick<4>({"%2B", "\\u002b", "&#43;", "-"},
                      parameter + static_cast<unsigned>(i));
    } else if (secret[i] == '/') {
      text += std::string(parameter / 4, '\\') + (parameter < 4 ? "%2f" : "/");
    } else {
      text += secret[i];
    }
  }
  return text;
}

constexpr std::array<std::string_view, 8> kColors = {
    "\x1b[0m", "\x1b[m\x1b[K", "\x1b[1;3", "\x1b[", "%25", "\\u00", "&#", ""};

/// A shortened secret inside base64 or hex, and behind it what text reads on
/// over and these do not; some of it reaches beyond the window of 512 bytes.
std::string cut_and_colored(std::uint64_t seed, unsigned parameter) {
  std::string secret = Canaries(seed).next_secret();
  secret.resize(57 + seed % 7);
  if (parameter % 4 == 0) return secret + pick(kColors, parameter / 4);
  std::string text =
      parameter % 2 == 0
          ? canary::to_base64(secret.substr(0, secret.size() / 3 * 3))
          : canary::write_symbols(secret, Form::kHex);
  const std::string color = pick(kColors, parameter / 4);
  text += color;
  if (color == "\x1b[1;3" && parameter >= 128) {
    text += std::string(360 + parameter, '1') + "m";
  }
  return text + pick(kEnders, parameter / 32 + static_cast<unsigned>(seed));
}

/// Line breaks between the symbols of something, one each `column` bytes.
std::string broken(const std::string& text, std::size_t column,
                   unsigned parameter) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += column) {
    if (at > 0) lines += pick(kBreaks, parameter);
    lines += text.substr(at, column);
  }
  return lines;
}

/// A secret in a form, or cut short, broken into lines.
std::string wrapped(std::uint64_t seed, unsigned parameter) {
  const auto form = static_cast<Form>(seed % forms::kFormCount);
  std::string text = Canaries(seed).next(form);
  if (seed % 5 == 0) text.resize(text.size() - seed / 5 % 8);
  return broken(text, 5 + seed * 7 % 60, parameter);
}

/// Only a few breaks, of different kinds, and a truncated end.
std::string torn(std::uint64_t seed, unsigned parameter) {
  std::string text = Canaries(seed).next_secret();
  text.resize(56 + seed % 9);
  const std::size_t at = 4 + parameter * 5U % (text.size() - 4);
  return text.substr(0, at) + pick(kBreaks, parameter / 8) + text.substr(at) +
         pick(kBreaks, parameter) + pick(kEnders, static_cast<unsigned>(seed));
}

/// A list of bytes, in decimal or hex.
std::string list_of(const std::string& bytes, std::uint64_t seed,
                    unsigned parameter) {
  static constexpr char kDigits[] = "0123456789abcdef0123456789ABCDEF";
  static constexpr std::array<std::string_view, 6> kPrefixes = {
      "", "0x", "0X", "\\x", "x", ""};
  const std::string separator = pick(kListSeparators, parameter);
  const bool is_hex = seed % 2 == 0;
  const unsigned upper = seed % 4 == 0 ? 16 : 0;
  const std::string prefix =
      is_hex ? pick(kPrefixes, static_cast<unsigned>(seed / 4)) : "";
  std::string list;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) list += i % 16 == seed % 40 ? ",\n  " : separator;
    const auto byte = static_cast<unsigned char>(bytes[i]);
    list += is_hex ? prefix + kDigits[upper + (byte >> 4)] +
                         kDigits[upper + (byte & 15)]
                   : std::to_string(byte);
  }
  return list;
}

std::string in_list(std::uint64_t seed, unsigned parameter) {
  const auto form = static_cast<Form>(seed / 8 % 9);
  std::string text = pick(kEnders, parameter) + Canaries(seed).next(form);
  if (seed % 3 == 0) text.resize(text.size() - seed / 3 % 8);
  if (seed % 7 == 0) text = broken(text, 37, parameter);
  return list_of(text + pick(kEnders, parameter / 4), seed, parameter / 16);
}

/// Anything of text or base64 in UTF-16, in either byte order.
std::string in_wide(std::uint64_t seed, unsigned parameter) {
  const auto form = static_cast<Form>(seed % 11);
  std::string text = Canaries(seed).next(form);
  if (seed % 3 == 0) text.resize(text.size() - seed / 3 % 8);
  if (seed % 5 == 0) text = broken(text, 30 + seed % 30, parameter);
  text += pick(kEnders, parameter);
  return (seed % 2 == 0 ? std::string(1, '\0') : "") +
         canary::write_symbols(text, Form::kUtf16);
}

/// Escaped text in base64 or hex.
std::string escaped_inside(std::uint64_t seed, unsigned parameter) {
  const std::string secret = Canaries(seed).next_secret();
  std::string text = "cflt";
  for (std::size_t i = 4; i < 64 - seed % 7; ++i) {
    const bool is_escaped = secret[i] == '+' || secret[i] == '/';
    text += is_escaped ? pick(kEscapes, parameter + (secret[i] == '/' ? 1 : 0))
                       : std::string(1, secret[i]);
  }
  text = symbols(seed, parameter % 3) + text + pick(kEnders, parameter / 3);
  std::string written = seed % 3 == 0 ? canary::write_symbols(text, Form::kHex)
                                      : canary::to_base64(text);
  if (seed % 4 == 0) written = broken(written, 76, parameter);
  return written;
}

/// Escapes beyond the window of a run inside another.
std::string many_escapes_inside(std::uint64_t seed, unsigned parameter) {
  std::string text = "cflt";
  while (text.size() < 300 + parameter) text += pick(kEscapes, parameter);
  return canary::to_base64(symbols(seed, seed % 3) + text);
}

std::string repeat(std::string_view text, unsigned count) {
  std::string repeated;
  while (count-- > 0) repeated += text;
  return repeated;
}

std::string fragment(unsigned kind, unsigned parameter, std::uint64_t seed) {
  switch (kind % 30) {
    case 0:
      return std::string(1, static_cast<char>(parameter));
    case 1:
    case 2:
      return Canaries(seed).next(
          static_cast<Form>(parameter % forms::kFormCount));
    case 3:
      return cut_short(seed, parameter);
    case 4:
      return corrupted(seed, parameter);
    case 5:
      return std::string(
          scan::kLiterals[parameter % scan::kLiteralCount].bytes);
    case 6:
      return symbols(seed, parameter % 80);
    case 7:
    case 8:
      return pick(kEnders, parameter);
    case 9:
      return pick(kEscapes, parameter);
    case 10:
      return pick(kHalves, parameter);
    case 11:
      return pick(kProse, parameter);
    case 12:
      return overlapping_chain(seed, 2 + parameter % 4);
    case 13:
      return near_miss(seed, parameter);
    case 14:
      return in_base64(seed, parameter);
    case 15:
      return in_hex(seed, parameter);
    case 16:
      return in_utf16(seed, parameter);
    case 17:
      return mixed(seed, parameter);
    case 18:
      return cut_and_colored(seed, parameter);
    case 19:
      return repeat("cflt", parameter % 20);
    case 20:
      return "cflt" + std::string(parameter * 3, '\\') + "/";
    case 21:
      return wrapped(seed, parameter);
    case 22:
      return torn(seed, parameter);
    case 23:
      return in_list(seed, parameter);
    case 24:
      return in_wide(seed, parameter);
    case 25:
      return escaped_inside(seed, parameter);
    case 26:
      return many_escapes_inside(seed, parameter);
    case 27:
      return pick(kBreaks, parameter);
    case 28:
      return repeat(pick(kListSeparators, parameter / 8), 1 + parameter % 3);
    default:
      return repeat("99,102,108,116,", 1 + parameter % 40);
  }
}

}  // namespace

std::string compose(std::span<const std::uint8_t> recipe) {
  std::string text;
  for (std::size_t i = 0; i + 1 < recipe.size(); i += 2) {
    text += fragment(recipe[i], recipe[i + 1], recipe[i] * 256U + i);
  }
  return text;
}

std::string overlapping_chain(std::uint64_t seed, unsigned count) {
  std::mt19937_64 random(seed);
  std::string text = "cflt";
  std::size_t begin = 0;
  for (unsigned i = 0; i < count; ++i) {
    // The next one's anchor lies in this one's body, behind what is there.
    const std::size_t known = text.size() - begin - 4;
    const std::size_t space = secret::kBodyCount - known;
    const bool is_last = i + 1 == count || space <= 10;
    const std::size_t lead = is_last ? space : 2 + random() % (space - 10);
    text += symbols(random(), lead);
    const std::size_t next = text.size();
    if (!is_last) text += "cflt" + symbols(random(), space - lead - 4);
    const auto check = secret::check_of(text.data() + begin + 4);
    text.append(check.data(), check.size());
    if (is_last) break;
    begin = next;
  }
  return text;
}

}  // namespace cflt::test
