#include "core/canary/traces.h"

#include <algorithm>

#include "core/secret/alphabet.h"

namespace cflt::canary {
namespace {

constexpr std::uint64_t kStretchBits = std::uint64_t{6} * kTraceSymbols;
constexpr std::uint64_t kStretchMask = (std::uint64_t{1} << kStretchBits) - 1;
constexpr std::size_t kPrefixSize = 4;     // "cflt" is no secret
constexpr std::size_t kSlotsAnEntry = 16;  // 1 in 17 lookups goes further

constexpr std::uint64_t packed(std::string_view eight) {
  std::uint64_t value = 0;
  for (const char c : eight) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}
constexpr std::uint64_t kMask = packed("cflt****");

constexpr char kSkip = '\0';
constexpr char kColor = '\x1b';

struct Escape {
  std::string_view written;
  char meaning;
};

/// Behind a backslash; further ones are skipped before. Lower case.
constexpr std::array<Escape, 14> kBackslash = {{{"u002b", '+'},
                                                {"u002f", '/'},
                                                {"u002a", '*'},
                                                {"u002d", '-'},
                                                {"u005f", '_'},
                                                {"u0000", kSkip},
                                                {"u001b", kColor},
                                                {"x2b", '+'},
                                                {"x2f", '/'},
                                                {"x2a", '*'},
                                                {"x00", kSkip},
                                                {"x1b", kColor},
                                                {"033", kColor},
                                                {"000", kSkip}}};
constexpr std::array<Escape, 7> kPercent = {{{"25", '%'},
                                             {"2b", '+'},
                                             {"2f", '/'},
                                             {"2a", '*'},
                                             {"00", kSkip},
                                             {"1b", kColor},
                                             {"5c", kSkip}}};
constexpr std::array<Escape, 8> kAmpersand = {{{"amp;", '&'},
                                               {"#43;", '+'},
                                               {"#x2b;", '+'},
                                               {"#47;", '/'},
                                               {"#x2f;", '/'},
                                               {"#42;", '*'},
                                               {"#x2a;", '*'},
                                               {"#0;", kSkip}}};
/// As rsyslog writes control characters.
constexpr std::array<Escape, 2> kHash = {{{"000", kSkip}, {"033", kColor}}};
constexpr std::array<Escape, 2> kCaret = {{{"@", kSkip}, {"[", kColor}}};

/// What something written means, and how many bytes that takes.
struct Meaning {
  char c;
  std::size_t size;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

/// `otherwise` is meant where none of `escapes` follows the first byte.
template <std::size_t N>
Meaning look_up(const std::array<Escape, N>& escapes, std::string_view text,
                char otherwise) {
  for (const Escape& each : escapes) {
    if (begins_with(text.substr(1), each.written)) {
      return {each.meaning, 1 + each.written.size()};
    }
  }
  return {otherwise, 1};
}

/// `%25` and `&amp;` are `%` and `&` again, however often.
template <std::size_t N>
Meaning look_up_nested(const std::array<Escape, N>& escapes,
                       std::string_view text) {
  const std::string_view again = escapes[0].written;
  std::size_t skipped = 0;
  while (skipped < Reader::kMaxLookahead / 2 &&
         begins_with(text.substr(skipped + 1), again)) {
    skipped += again.size();
  }
  const Meaning meaning = look_up(escapes, text.substr(skipped), '"');
  return {meaning.c, skipped + meaning.size};
}

/// The size of `[`, parameters, `m` or `K`; 0 where that is not what follows.
std::size_t color_size(std::string_view text) {
  text = text.substr(0, Reader::kMaxLookahead / 2);
  if (!text.starts_with('[')) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;:", 1);
  const bool ends = end != text.npos && (text[end] == 'm' || text[end] == 'K');
  return ends ? end + 1 : 0;
}

Meaning meaning_of(std::string_view text) {
  switch (text[0]) {
    case '\\':
      return look_up(kBackslash, text, kSkip);
    case '%':
      return look_up_nested(kPercent, text);
    case '&':
      return look_up_nested(kAmpersand, text);
    case '#':
      return look_up(kHash, text, '"');
    case '^':
      return look_up(kCaret, text, '"');
    case ' ':
      return {'+', 1};
    default:
      return {text[0], 1};
  }
}

unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char small = lower(c);
  if (small >= 'a' && small <= 'f')
    return static_cast<unsigned>(small - 'a') + 10;
  return 16;
}

}  // namespace

Traces::Traces(const std::vector<std::string>& secrets) {
  for (std::uint32_t index = 0; index < secrets.size(); ++index) {
    std::uint64_t stretch = 0;
    unsigned count = 0;
    for (const char c : secrets[index].substr(kPrefixSize)) {
      stretch = (stretch << 6 | secret::value_of(c)) & kStretchMask;
      if (++count >= kTraceSymbols) entries_.push_back({stretch, index});
    }
  }
  std::sort(
      entries_.begin(), entries_.end(),
      [](const Entry& a, const Entry& b) { return a.stretch < b.stretch; });
  std::size_t slot_count = 1024;
  while (slot_count < entries_.size() * kSlotsAnEntry) slot_count *= 2;
  slots_.resize(slot_count);
  for (const Entry& entry : entries_) slots_[slot_of(entry.stretch)] = true;
}

std::size_t Traces::slot_of(std::uint64_t stretch) const {
  return (stretch * 0x9e3779b97f4a7c15 >> 32) & (slots_.size() - 1);
}

std::optional<std::uint32_t> Traces::find(std::uint64_t stretch) const {
  if (!slots_[slot_of(stretch)]) return std::nullopt;
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), stretch,
      [](const Entry& entry, std::uint64_t s) { return entry.stretch < s; });
  if (at == entries_.end() || at->stretch != stretch) return std::nullopt;
  return at->index;
}

void Reading::push(char c, const Traces& traces, Seen& seen) {
  c = secret::canonical(c);
  const std::uint8_t value = secret::value_of(c);
  if (value == secret::kNoSymbol && c != '*') return stop();
  characters_ = characters_ << 8 | static_cast<unsigned char>(c);
  if (characters_ == kMask) seen.mask = true;
  if (c == '*') {
    count_ = 0;
    return;
  }
  symbols_ = (symbols_ << 6 | value) & kStretchMask;
  if (++count_ < kTraceSymbols) return;
  if (const auto index = traces.find(symbols_)) seen.secret = index;
}

void Reading::stop() {
  characters_ = 0;
  count_ = 0;
}

void Reader::stop() {
  stop_symbols();
  numbers_.stop();
  character_count_ = digits_ = number_ = 0;
  is_behind_number_ = false;
}

void Reader::stop_symbols() {
  text_.stop();
  for (Reading& each : hex_) each.stop();
  for (Reading& each : base64_) each.stop();
  hex_count_ = base64_count_ = 0;
}

std::size_t Reader::step(std::string_view text, Seen& seen) {
  const Meaning meaning = meaning_of(text.substr(0, kMaxLookahead));
  if (meaning.c == kColor) {
    const std::size_t size = color_size(text.substr(meaning.size));
    if (size == 0) stop();
    return meaning.size + size;
  }
  if (meaning.c != kSkip) push(meaning.c, seen);
  return meaning.size;
}

void Reader::push(char c, Seen& seen) {
  if (push_number(c, seen)) return stop_symbols();
  c = secret::canonical(c);
  if (c != '*' && secret::value_of(c) == secret::kNoSymbol) return stop();
  ++character_count_;
  text_.push(c, traces_, seen);
  push_hex(c, seen);
  push_base64(c, seen);
}

void Reader::push_hex(char c, Seen& seen) {
  const unsigned value = hex_value(c);
  if (value > 15) {
    for (Reading& each : hex_) each.stop();
    return;
  }
  nibbles_ = nibbles_ << 4 | value;
  push_byte(hex_[++hex_count_ & 1], nibbles_ & 0xff, seen);
}

/// True for a comma behind a number.
bool Reader::push_number(char c, Seen& seen) {
  constexpr unsigned kMostDigits = 4;
  if ('0' <= c && c <= '9') {
    if (digits_ == kMostDigits) return false;
    ++digits_;
    number_ = 10 * number_ + static_cast<unsigned>(c - '0');
    return false;
  }
  const bool has_ended = digits_ > 0;
  const bool is_blank = c == '+';  // a space, here
  if (has_ended && number_ < 256) {
    push_byte(numbers_, number_, seen);
  } else if (!is_blank || !is_behind_number_) {
    numbers_.stop();
  }
  is_behind_number_ = has_ended || (is_blank && is_behind_number_);
  digits_ = number_ = 0;
  return has_ended && c == ',';
}

void Reader::finish(Seen& seen) { push_number('"', seen); }

/// The last 6 bits complete a byte of three readings; the fourth has its byte's
/// end in the middle of the next 6.
void Reader::push_base64(char c, Seen& seen) {
  if (c == '*') {
    for (Reading& each : base64_) each.stop();
    return;
  }
  bits_ = bits_ << 6 | secret::value_of(c);
  const std::uint64_t end = 6 * ++base64_count_;
  for (const unsigned behind : {4U, 2U, 0U}) {
    push_byte(base64_[(end - behind) % 8 / 2], bits_ >> behind & 0xff, seen);
  }
}

void Reader::push_byte(Reading& reading, unsigned byte, Seen& seen) {
  // UTF-16 inside.
  if (byte != 0) reading.push(static_cast<char>(byte), traces_, seen);
}

}  // namespace cflt::canary
