#include "core/forms/inner_run.h"

#include <algorithm>

#include "core/forms/hex_digits.h"
#include "core/forms/sextets.h"
#include "core/secret/alphabet.h"
#include "core/secret/glimpse.h"
#include "core/secret/secret.h"

namespace cflt::forms {
namespace {

constexpr std::uint32_t kHexBits = 4;
constexpr std::uint32_t kSextetBits = 6;

/// Outer symbols that are decoded at once, and the bytes that they are at most.
constexpr std::uint32_t kStepSymbols = 64;
constexpr std::uint32_t kStepBytes = kStepSymbols * kSextetBits / 8;

/// Up to two bytes of a group of three come before those that are wanted.
constexpr std::uint32_t kMostSkippedBytes = 2;

/// Room for what decode() writes.
constexpr std::size_t room_for(std::uint32_t count) {
  return std::max<std::size_t>(
      blocks_of(kMostSkippedBytes + count) * kBlockBytes + 4,
      count + kHexBlockBytes);
}

/// Bytes [from, from + count) of the text's alignment; all their symbols are
/// known. Returns where in `bytes` they begin.
const char* decode(const InnerText& text, const SymbolRun& outer,
                   std::uint32_t from, std::uint32_t count, char* bytes) {
  const std::uint32_t symbol = text.symbols_before(from);
  if (text.symbol_bits == kHexBits) {
    decode_hex(outer.symbols(symbol), count, bytes);
    return bytes;
  }
  // Four symbols are a group. The first of one is at most two before.
  const std::uint32_t group_begins = (4 - text.phase() / 2) % 4;
  const std::uint32_t back = (symbol - group_begins) % 4;
  const std::uint32_t bit = 8 * from + text.phase();
  const std::uint32_t skipped =
      (bit - kSextetBits * symbol + kSextetBits * back) / 8;
  decode_sextets(outer.values(symbol - back), blocks_of(skipped + count),
                 bytes);
  return bytes + skipped;
}

bool is_symbol(char byte) {
  return secret::value_of(secret::canonical(byte)) != secret::kNoSymbol;
}

constexpr bool is_escape(char byte) {
  return byte == '%' || byte == '&' || byte == '\\';
}

/// 1 for the `count` values from `from` on, else 0.
constexpr unsigned is_in(unsigned value, unsigned from, unsigned count) {
  return static_cast<std::uint8_t>(value - from) < count;
}

constexpr bool is_digit(char symbol) {
  const auto c = static_cast<unsigned char>(symbol);
  return (is_in(c, '0', 10) | is_in(c | 0x20, 'a', 6)) != 0;
}

/// Without a branch in it, so that it is compiled to SIMD.
bool are_digits(const char* symbols, std::uint32_t count) {
  unsigned digits = 1;
  for (std::uint32_t i = 0; i < count; ++i) digits &= is_digit(symbols[i]);
  return digits != 0;
}

}  // namespace

std::uint32_t find_no_digit(const SymbolRun& run, std::uint32_t from,
                            std::uint32_t to) {
  const char* const symbols = run.symbols(from);
  if (are_digits(symbols, to - from)) return to;
  return from + static_cast<std::uint32_t>(
                    std::find_if_not(symbols, symbols + (to - from), is_digit) -
                    symbols);
}

bool can_begin(const InnerText& text, const SymbolRun& outer) {
  secret::Glimpse<room_for(kFirstLookBytes)> glimpse;
  const char* const bytes =
      decode(text, outer, text.byte(), kFirstLookBytes, glimpse.bytes.data());
  const char* const end = bytes + kFirstLookBytes;
  const char* const other = std::find_if_not(bytes, end, is_symbol);
  return other == end || is_escape(*other);
}

void InnerRun::forget() {
  run_.wipe();
  symbol_bits_ = 0;
}

void InnerRun::enter(const InnerText& text) {
  if (holds(text)) {
    first_ = run_.index_behind(text.byte(), first_);
  } else {
    run_.start(text.byte());
    first_ = 0;
    symbol_bits_ = text.symbol_bits;
    phase_ = text.phase();
    decoded_ = text.symbols_before(text.byte());
    is_broken_ = false;
  }
  text_ = text;
}

void InnerRun::read(const SymbolRun& outer, How written) {
  while (is_short() && !run_.ended() && !is_broken_ &&
         decoded_ < outer.count()) {
    const std::uint32_t to = std::min(outer.count(), decoded_ + kStepSymbols);
    std::uint32_t sound = outer.find(~written, decoded_, to);
    if (symbol_bits_ == kHexBits) sound = find_no_digit(outer, decoded_, sound);
    is_broken_ = sound < to;
    decoded_ = sound;
    const auto from = static_cast<std::uint32_t>(run_.position());
    const std::uint32_t until = text_.bytes_within(sound);
    if (until <= from) continue;
    secret::Glimpse<room_for(kStepBytes + 1)> glimpse;
    const char* const bytes =
        decode(text_, outer, from, until - from, glimpse.bytes.data());
    run_.read({bytes, until - from}, from, until, first_);
  }
}

Reading InnerRun::reading(const Reading& outer, How written) const {
  if (!is_short()) {
    return {run_, first_, count(), RunEnd::kCut};
  }
  RunEnd end =
      run_.ended() || is_broken_ ? RunEnd::kByte : outer.end_for(written);
  if (run_.ended_by_star()) end = RunEnd::kStar;
  return {run_, first_, count(), end};
}

bool InnerRun::is_unfinished(How inside) const {
  return is_short() && !run_.ended() && !is_broken_ &&
         !run_.is_ended_for(inside) &&
         !run_.how(first_, run_.count()).has_other_than(inside);
}

std::uint32_t InnerRun::outer_symbols_of(std::uint32_t count) const {
  const auto bits = static_cast<std::uint32_t>(8 * end(count)) + phase_;
  return (bits + symbol_bits_ - 1) / symbol_bits_;
}

std::uint32_t InnerRun::strict_count(const Reading& outer,
                                     std::uint32_t none) const {
  const std::uint32_t loose =
      outer.run.find(How::loose(), outer.first, decoded_);
  if (loose == decoded_) return none;
  const std::uint32_t strict_bytes = text_.bytes_within(loose);
  // The byte that ended the run, or would be the next.
  const std::uint64_t last = run_.position() - (run_.ended() ? 1 : 0);
  if (strict_bytes > last) return none;
  const std::uint32_t index =
      std::min(run_.index_behind(std::max(strict_bytes, text_.byte()), first_),
               run_.count());
  return index - first_;
}

}  // namespace cflt::forms
