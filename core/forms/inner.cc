#include "core/forms/inner.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::forms {
namespace {

constexpr bool is_strict(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (is_in(c | 0x20, 'a', 26) | is_in(c, '/', 11) | is_in(c, '+', 1)) != 0;
}

static_assert(is_strict('/') && is_strict('0') && is_strict('9'));

/// `%`, `&` or a backslash.
constexpr bool is_escape(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (is_in(c, '%', 2) | is_in(c, '\\', 1)) != 0;
}

static_assert(is_escape('%') && is_escape('&') && is_escape('\\'));

constexpr std::uint32_t kStep = 16;
using Flags = std::array<std::uint8_t, kStep>;

/// Without a branch in it, so that it is compiled to SIMD.
void or_not_strict(const char* bytes, Flags& flags) {
  for (std::uint32_t i = 0; i < kStep; ++i) flags[i] |= !is_strict(bytes[i]);
}

void or_escape(const char* bytes, Flags& flags) {
  for (std::uint32_t i = 0; i < kStep; ++i) flags[i] |= is_escape(bytes[i]);
}

/// Whether one of the bytes has a property. Sixteen at a time, the last sixteen
/// maybe twice.
template <void (*or_property)(const char*, Flags&)>
bool has_any(const char* bytes, std::uint32_t count) {
  Flags flags{};
  if (count < kStep) {
    std::array<char, kStep> few;
    few.fill('A');  // has none
    std::copy_n(bytes, count, few.data());
    or_property(few.data(), flags);
  } else {
    for (std::uint32_t at = 0; at + kStep < count; at += kStep) {
      or_property(bytes + at, flags);
    }
    or_property(bytes + count - kStep, flags);
  }
  const auto [low, high] = std::bit_cast<std::array<std::uint64_t, 2>>(flags);
  return (low | high) != 0;
}

bool is_inner_symbol(char byte) {
  return secret::value_of(secret::canonical(byte)) != secret::kNoSymbol;
}

/// `strict` symbols come before the first loose one; `end` is what ends those
/// that were read.
void set_strict(std::uint32_t strict, RunEnd end, Candidate& candidate) {
  candidate.strict_count = std::min(strict, candidate.count);
  candidate.strict_end = strict <= candidate.count ? RunEnd::kByte : end;
}

}  // namespace

bool can_begin_inner(const char* bytes, std::uint32_t count) {
  const char* const end = bytes + count;
  const char* const other = std::find_if_not(bytes, end, is_inner_symbol);
  return other == end || is_escape(*other);
}

bool are_strict(const char* bytes, std::uint32_t count) {
  return !has_any<or_not_strict>(bytes, count);
}

bool has_escape(const char* bytes, std::uint32_t count) {
  return has_any<or_escape>(bytes, count);
}

bool is_worth_reading(const char* text) {
  return secret::can_be_last(text[secret::kSymbolCount - 1]) ||
         has_escape(text, secret::kSymbolCount) ||
         !are_strict(text + secret::kBodyCount, secret::kCheckCount);
}

void read_inner(const InnerText& text, Candidate& candidate) {
  char* bytes = candidate.first();
  const std::uint32_t count = std::min(text.count, secret::kSymbolCount);
  std::uint32_t strict = text.strict_limit;
  std::uint32_t i = are_strict(bytes, count) ? count : 0;
  for (; i < count && is_inner_symbol(bytes[i]); ++i) {
    if (secret::is_loose(bytes[i])) strict = std::min(strict, i);
    bytes[i] = secret::canonical(bytes[i]);
  }
  candidate.count = i;
  RunEnd end = text.end;
  if (i < count) end = bytes[i] == '*' ? RunEnd::kStar : RunEnd::kByte;
  set_strict(strict, end, candidate);
}

void read_escaped(const InnerText& text, How ways, Candidate& candidate) {
  Grammar::State state = Grammar::kBetween;
  std::uint32_t strict = kNoLimit;
  RunEnd end = text.end;
  candidate.escaped = true;
  std::uint32_t i = 0;
  while (i < text.count && candidate.count < secret::kSymbolCount) {
    const char byte = text.bytes[i];
    const Grammar::Step step = Grammar::instance().step(state, byte);
    if (step.event == Grammar::Event::kSymbol &&
        !step.how.has_other_than(ways)) {
      if (step.how.has_any(How::loose()) || i >= text.strict_limit) {
        strict = std::min(strict, candidate.count);
      }
      candidate.ends[candidate.count] = static_cast<std::uint16_t>(i + 1);
      candidate.first()[candidate.count++] = step.symbol;
    } else if (step.event != Grammar::Event::kNothing ||
               !Grammar::instance().leads_to(ways, step.next)) {
      const bool is_star = byte == '*' && state == Grammar::kBetween;
      end = is_star ? RunEnd::kStar : RunEnd::kByte;
      break;
    }
    state = step.next;
    ++i;
  }
  candidate.unfinished =
      i == text.count && candidate.count < secret::kSymbolCount;
  if (i >= text.strict_limit) strict = std::min(strict, candidate.count);
  set_strict(strict, end, candidate);
}

}  // namespace cflt::forms
