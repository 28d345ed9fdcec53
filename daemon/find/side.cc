#include "daemon/find/side.h"

#include <string.h>

#include <algorithm>

#include "core/secret/alphabet.h"

namespace cflt::find {
namespace {

/// Bytes that stand before the `c` in its group of three, by family.
std::size_t offset_of(scan::Family family) {
  return family == scan::Family::kBase64At0   ? 0
         : family == scan::Family::kBase64At1 ? 1
                                              : 2;
}

unsigned value_of(char c) { return secret::value_of(secret::canonical(c)); }

bool is_symbol(char c) { return value_of(c) != secret::kNoSymbol; }

/// Of a group that is not whole, the bytes that are.
std::string decode(Bytes symbols) {
  std::string text;
  text.reserve(symbols.size());
  unsigned bits = 0;
  unsigned count = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    bits = (bits << 6 | value_of(symbols[i])) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += static_cast<char>(bits >> count);
  }
  return text;
}

}  // namespace

Side::~Side() { ::explicit_bzero(decoded_.data(), decoded_.size()); }

Side text_before(Bytes context, std::size_t begin, std::size_t reach) {
  const std::size_t from = begin - std::min(begin, reach);
  return {std::string_view(context.data() + from, begin - from), from,
          from > 0 && secret::is_alphanumeric(context[from - 1])};
}

Side text_behind(Bytes context, std::size_t end, std::size_t reach) {
  const std::size_t to = std::min(context.size(), end + reach);
  return {std::string_view(context.data() + end, to - end), end,
          to < context.size() && secret::is_alphanumeric(context[to])};
}

bool is_base64(scan::Family family) {
  return family == scan::Family::kBase64At0 ||
         family == scan::Family::kBase64At1 ||
         family == scan::Family::kBase64At2;
}

Side base64_before(Bytes context, scan::Family family, std::size_t begin,
                   std::size_t reach) {
  const std::size_t least = begin - std::min(begin, reach);
  std::size_t from = begin;
  while (from > least && is_symbol(context[from - 1])) --from;
  const bool is_cut = from > 0 && is_symbol(context[from - 1]);
  // Whole groups, and the symbols of the anchor's own group: two whole bytes
  // take three, one takes two.
  const std::size_t offset = offset_of(family);
  const std::size_t own = offset == 0 ? 0 : offset + 1;
  if (begin - from < own) return {};
  from += (begin - from - own) % 4;
  return {decode(context.slice(from, begin)), from, is_cut, 0};
}

Side base64_behind(Bytes context, scan::Family family, std::size_t end,
                   std::size_t reach) {
  // 64 bytes of the secret are one more than whole groups: so many of its last
  // bytes stand in its last group.
  const std::size_t last = (offset_of(family) + 1) % 3;
  const std::size_t own = last == 0 ? 0 : last + 1;
  if (end < own) return {};
  const std::size_t from = end - own;
  const std::size_t most = std::min(context.size(), end + reach);
  std::size_t to = from;
  while (to < most && is_symbol(context[to])) ++to;
  if (to < end) return {};  // its last group is written in escapes
  const bool is_cut = to < context.size() && is_symbol(context[to]);
  std::string text = decode(context.slice(from, to));
  const std::size_t skipped = std::min(last, text.size());
  return {std::move(text), from, is_cut, skipped};
}

}  // namespace cflt::find
