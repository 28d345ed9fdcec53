#include "core/redact/base64_text.h"

#include "core/forms/base64.h"
#include "core/secret/alphabet.h"

namespace cflt::redact {
namespace {

unsigned bit_of(unsigned value, std::uint32_t width, std::uint32_t index) {
  return value >> (width - 1 - index) & 1;
}

}  // namespace

Base64Text::Base64Text(std::uint32_t offset, std::uint32_t stars,
                       char last_symbol)
    : offset_(offset),
      stars_(stars),
      size_(forms::base64::symbols_covering(offset, stars)),
      last_value_(secret::value_of(last_symbol)) {}

char Base64Text::symbol(std::uint32_t index) const {
  unsigned value = 0;
  for (std::uint32_t i = 6 * index; i < 6 * index + 6; ++i) {
    value = value << 1 | bit(i);
  }
  return secret::kAlphabet[value];
}

/// The anchor's last symbol is the first, second or fourth of its group.
bool Base64Text::is_fourth(std::uint32_t index) const {
  const std::uint32_t before = offset_ == 0 ? 1 : offset_ == 1 ? 2 : 0;
  return (before + index) % 4 == 3;
}

unsigned Base64Text::bit(std::uint32_t index) const {
  const std::uint32_t lead = forms::base64::lead_bits(offset_);
  if (index < lead) return bit_of('t', 8, 8 - lead + index);
  const std::uint32_t in_stars = index - lead;
  if (in_stars < 8 * stars_) return bit_of('*', 8, in_stars % 8);
  return bit_of(last_value_, 6, index % 6);
}

}  // namespace cflt::redact
