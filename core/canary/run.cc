#include "core/canary/run.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/canary/canary.h"

namespace cflt::canary {
namespace {

using forms::Form;

constexpr std::string_view kMark = "cflt-canary";
constexpr std::size_t kMaxIdSize = 64;
constexpr std::size_t kMinStretch = 10;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

bool is_id_character(char c) {
  return is_word(c) || c == '.' || c == '_' || c == '-';
}

/// FNV-1a over the ID, then splitmix64's last steps: near seeds and numbers
/// begin far from each other.
std::uint64_t mixed(std::string_view id, std::uint64_t seed,
                    std::uint32_t number) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  hash += seed * 0x9e3779b97f4a7c15 + number;
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111eb;
  return hash ^ hash >> 31;
}

/// 8 digits.
std::string to_hex(std::uint32_t number) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[number >> shift & 15];
  }
  return digits;
}

std::size_t longest_stretch(std::string_view secret) {
  std::size_t longest = 0;
  std::size_t length = 0;
  for (const char c : secret.substr(4)) {
    length = is_word(c) ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

/// Reads a prefix from left to right; after a failure, nothing more.
class PrefixReader {
 public:
  explicit PrefixReader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

  void literal(std::string_view word) {
    if (!take(word)) ok_ = false;
  }

  /// One of `ways`, behind any number of backslashes.
  template <std::size_t N>
  void mark(const std::array<std::string_view, N>& ways) {
    while (take("\\")) {
    }
    for (const auto way : ways) {
      if (take(way)) return;
    }
    ok_ = false;
  }

  std::uint32_t number(int base = 10) {
    std::uint32_t value = 0;
    const char* end = rest_.data() + rest_.size();
    const auto [stop, error] = std::from_chars(rest_.data(), end, value, base);
    if (error != std::errc()) ok_ = false;
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    return value;
  }

  std::string_view word() {
    const auto size = static_cast<std::size_t>(
        std::find_if_not(rest_.begin(), rest_.end(), is_id_character) -
        rest_.begin());
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
  }

 private:
  bool take(std::string_view word) {
    if (!ok_ || !rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr std::array<std::string_view, 5> kSpace = {" ", "u0020", "x20", "%20",
                                                    "+"};
constexpr std::array<std::string_view, 8> kEquals = {
    "=", "u003d", "u003D", "x3d", "%3D", "%3d", "&#x3D;", "&#61;"};
constexpr std::array<std::string_view, 8> kSlash = {
    "/", "u002f", "u002F", "x2f", "%2F", "%2f", "&#x2F;", "&#47;"};

}  // namespace

bool is_run_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdSize &&
         std::all_of(id.begin(), id.end(), is_id_character);
}

Form form_in_turn(std::uint32_t number) {
  return static_cast<Form>((number - 1) % kTurnCount);
}

std::uint32_t check_of(std::string_view id, std::uint64_t seed) {
  return static_cast<std::uint32_t>(mixed(id, seed, 0) >> 32);
}

std::string secret_of(const Run& run, std::uint32_t number) {
  Canaries canaries(mixed(run.id, run.seed, number));
  for (;;) {
    std::string secret = canaries.next_secret();
    if (fits_base64_escaped(secret) && longest_stretch(secret) >= kMinStretch) {
      return secret;
    }
  }
}

std::string line_of(const Run& run, std::uint32_t number) {
  const Form form = run.form.value_or(form_in_turn(number));
  std::string line(kMark);
  line += " run=" + run.id + " check=" + to_hex(check_of(run.id, run.seed)) +
          " n=" + std::to_string(number) + "/" +
          std::to_string(run.line_count) + " form=";
  line += forms::name(form);
  const auto round = static_cast<unsigned>((number - 1) / kTurnCount);
  return line + " " + write_secret(secret_of(run, number), form, round % 3);
}

std::optional<Prefix> read_prefix(std::string_view text, std::string_view id) {
  text = text.substr(0, kMaxPrefixBytes);
  PrefixReader reader(text);
  reader.literal(kMark);
  reader.mark(kSpace);
  reader.literal("run");
  reader.mark(kEquals);
  const bool ours = reader.ok() && reader.word() == id;
  if (!ours) return std::nullopt;
  reader.mark(kSpace);
  reader.literal("check");
  reader.mark(kEquals);
  const std::uint32_t check = reader.number(16);
  reader.mark(kSpace);
  reader.literal("n");
  reader.mark(kEquals);
  const std::uint32_t number = reader.number();
  reader.mark(kSlash);
  const std::uint32_t line_count = reader.number();
  reader.mark(kSpace);
  reader.literal("form");
  reader.mark(kEquals);
  const auto form = forms::form_by_name(reader.word());
  reader.mark(kSpace);
  const bool sound = reader.ok() && form && number >= 1 &&
                     number <= line_count && line_count <= kMaxRunLines;
  if (!sound) return std::nullopt;
  return Prefix{check, number, line_count, *form,
                text.size() - reader.rest().size()};
}

}  // namespace cflt::canary
