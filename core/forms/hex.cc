#include "core/forms/hex.h"

#include <algorithm>

#include "core/forms/hex_digits.h"
#include "core/forms/inner.h"
#include "core/secret/glimpse.h"

namespace cflt::forms::hex {
namespace {

constexpr std::uint32_t kMost = 2 * secret::kSymbolCount;

/// Room for `count` bytes, as decode_hex() needs it.
constexpr std::size_t room_for_bytes(std::uint32_t count) {
  return count + kHexBlockBytes;
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

/// Of the first `most` symbols, those in front of the first that is no digit,
/// or written in a way that is not read.
std::uint32_t count_digits(How ways, const Reading& reading,
                           std::uint32_t most) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t count = std::min(available, most);
  const std::uint32_t unbroken = run.find(~ways, first, first + count) - first;
  const char* symbols = run.symbols(first);
  if (are_digits(symbols, unbroken)) return unbroken;
  return static_cast<std::uint32_t>(
      std::find_if_not(symbols, symbols + unbroken, is_digit) - symbols);
}

InnerText text_of(How ways, const Reading& reading, std::uint32_t digits) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t loose =
      run.find(How::loose(), first, first + digits) - first;
  return {nullptr, digits / 2, loose < digits ? loose / 2 : kNoLimit,
          digits < available ? RunEnd::kByte : reading.end_for(ways)};
}

}  // namespace

bool is_broken(const Ways& ways, const Reading& reading) {
  return count_digits(ways.written, reading, reading.count) < reading.count;
}

bool is_hopeless(const Ways& ways, const Reading& reading) {
  if (reading.count < 2 * secret::kBodyCount) return true;
  if (reading.count < kMost) return false;
  const auto [run, first, available, end] = reading;
  secret::Glimpse<room_for_bytes(secret::kSymbolCount)> text;
  decode_hex(run.symbols(first), secret::kSymbolCount, text.bytes.data());
  if (is_worth_reading(text.bytes.data())) return false;
  return are_digits(run.symbols(first), kMost) &&
         !run.how(first, first + kMost).has_any(How::loose() | ~ways.written);
}

void read(const Ways& ways, const Reading& reading, Candidate& candidate) {
  const std::uint32_t digits = count_digits(ways.written, reading, kMost);
  const char* const symbols = reading.run.symbols(reading.first);
  decode_hex(symbols, digits / 2, candidate.first());
  candidate.scattered = reading.run.how(reading.first, reading.first + digits)
                            .has_any(How::wrapped());
  if (!has_escape(candidate.first(), digits / 2)) {
    read_inner(text_of(ways.written, reading, digits), candidate);
    return;
  }
  const std::uint32_t all =
      count_digits(ways.written, reading, 2 * kMostInnerBytes);
  secret::Glimpse<room_for_bytes(kMostInnerBytes)> bytes;
  decode_hex(symbols, all / 2, bytes.bytes.data());
  InnerText text = text_of(ways.written, reading, all);
  text.bytes = bytes.bytes.data();
  read_escaped(text, ways.inside, candidate);
  candidate.unfinished &= all == reading.count;
}

}  // namespace cflt::forms::hex
