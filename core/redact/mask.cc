#include "core/redact/mask.h"

#include <cstring>

#include "core/forms/base64.h"
#include "core/secret/alphabet.h"

namespace cflt::redact {

using scan::Family;

MaskTail::MaskTail(Family family, std::uint32_t symbol_count,
                   char last_symbol) {
  switch (family) {
    case Family::kText:
      append("****");
      break;
    case Family::kHexLower:
      append("2a2a2a2a");
      break;
    case Family::kHexUpper:
      append("2A2A2A2A");
      break;
    case Family::kUtf16:
      append({"\0*\0*\0*\0*", 8});
      break;
    case Family::kBase64At0:
    case Family::kBase64At1:
    case Family::kBase64At2:
      append_base64(family, symbol_count, last_symbol);
      break;
  }
}

void MaskTail::append(std::string_view bytes) {
  CFLT_CHECK(size_ + bytes.size() <= tail_.size());
  std::memcpy(tail_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

/// 4 to 6 stars, as many as keep the number of symbols the same modulo 4: what
/// follows keeps its place in its group.
void MaskTail::append_base64(Family family, std::uint32_t symbol_count,
                             char last_symbol) {
  const std::uint32_t stars = 4 + (symbol_count - 4) % 3;
  const std::uint32_t lead = forms::base64::lead_bits(family);
  const std::uint32_t length = forms::base64::symbols_covering(family, stars);
  const std::uint32_t shared = 6 * length - (lead + 8 * stars);

  std::uint64_t bits = 't';
  for (std::uint32_t i = 0; i < stars; ++i) bits = bits << 8 | '*';
  const unsigned neighbour =
      secret::value_of(last_symbol) & ((1U << shared) - 1);
  bits = bits << shared | neighbour;
  for (std::uint32_t i = length; i-- > 0;) {
    const char symbol = secret::kAlphabet[bits >> (6 * i) & 63];
    append({&symbol, 1});
  }
}

}  // namespace cflt::redact
