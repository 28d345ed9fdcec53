#include "daemon/find/key_id.h"

#include <algorithm>
#include <string_view>

#include "core/secret/alphabet.h"

namespace cflt::find {
namespace {

using Secrets = std::span<const SecretSpan>;

constexpr std::size_t kKeyIdBytes = 16;

bool is_upper_or_digit(char c) {
  return ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
}

/// More of them stand in one run only where that is something else: a secret
/// that was not proven, base64, a path.
constexpr std::size_t kLongRunBytes = 40;

bool continues_run(char c) {
  return secret::is_alphanumeric(c) || c == '+' || c == '/' || c == '\\';
}

bool is_in_long_run(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin > 0 && continues_run(text[begin - 1])) --begin;
  while (end < text.size() && continues_run(text[end])) ++end;
  return end - begin >= kLongRunBytes;
}

/// A run of letters and digits.
bool is_key_id(const Side& side, std::size_t begin, std::size_t end,
               Secrets secrets) {
  const std::string_view run = side.text().substr(begin, end - begin);
  if (run.size() != kKeyIdBytes ||
      !std::all_of(run.begin(), run.end(), is_upper_or_digit) ||
      is_in_long_run(side.text(), begin, end)) {
    return false;
  }
  const SecretSpan at = side.written_at(begin, end);
  return std::none_of(secrets.begin(), secrets.end(), [&](const auto& secret) {
    return at.begin < secret.end && secret.begin < at.end;
  });
}

struct Nearest {
  std::size_t distance;
  std::string_view key_id;
};

/// The runs from the secret to the line's begin. One that touches the secret or
/// a cut is longer than it looks.
std::optional<Nearest> nearest_before(const Side& side, Secrets secrets) {
  const std::string_view text = side.text();
  const std::size_t feed = text.rfind('\n');
  const std::size_t line = feed == text.npos ? 0 : feed + 1;
  for (std::size_t end = text.size(); end > line;) {
    std::size_t begin = end;
    while (begin > line && secret::is_alphanumeric(text[begin - 1])) --begin;
    const bool touches = end == text.size() || (begin == 0 && side.is_cut());
    if (!touches && is_key_id(side, begin, end, secrets)) {
      return Nearest{text.size() - end, text.substr(begin, end - begin)};
    }
    end = begin - (begin > line ? 1 : 0);
  }
  return std::nullopt;
}

/// The same to the line's end.
std::optional<Nearest> nearest_behind(const Side& side, Secrets secrets) {
  const std::string_view text = side.text();
  const std::size_t line = std::min(text.find('\n'), text.size());
  for (std::size_t begin = 0; begin < line;) {
    std::size_t end = begin;
    while (end < line && secret::is_alphanumeric(text[end])) ++end;
    const bool touches = begin == 0 || (end == text.size() && side.is_cut());
    if (!touches && is_key_id(side, begin, end, secrets)) {
      return Nearest{begin, text.substr(begin, end - begin)};
    }
    begin = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> nearest(const Side& before, const Side& behind,
                                   Secrets secrets) {
  const auto left = nearest_before(before, secrets);
  const auto right = nearest_behind(behind, secrets);
  if (left && (!right || left->distance <= right->distance)) {
    return std::string(left->key_id);
  }
  if (right) return std::string(right->key_id);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_key_id(Bytes context, scan::Family family,
                                       const SecretSpan& own, Secrets secrets) {
  constexpr std::size_t kReach = kKeyIdReachBytes;
  if (is_base64(family)) {
    auto inside =
        nearest(base64_before(context, family, own.begin, kReach),
                base64_behind(context, family, own.end, kReach), secrets);
    if (inside) return inside;
  }
  return nearest(text_before(context, own.begin, kReach),
                 text_behind(context, own.end, kReach), secrets);
}

}  // namespace cflt::find
