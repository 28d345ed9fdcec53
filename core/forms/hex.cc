#include "core/forms/hex.h"

#include <algorithm>

#include "core/forms/inner.h"
#include "core/secret/glimpse.h"

namespace cflt::forms::hex {
namespace {

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

/// The symbols in front of the first that is no digit, or not plain.
std::uint32_t count_digits(const Reading& reading) {
  const auto [run, first, count, end] = reading;
  const std::uint32_t plain = run.find(~How(), first, first + count) - first;
  const char* symbols = run.symbols(first);
  if (are_digits(symbols, plain)) return plain;
  return static_cast<std::uint32_t>(
      std::find_if_not(symbols, symbols + plain, is_digit) - symbols);
}

constexpr unsigned value_of(char digit) {
  const auto c = static_cast<unsigned char>(digit);
  return (c & 15U) + 9U * (c >> 6);
}

/// Bytes [from, to) of the secret; their symbols are digits.
void decode(const Reading& reading, std::uint32_t from, std::uint32_t to,
            char* bytes) {
  const char* digits = reading.run.symbols(reading.first);
  for (std::size_t i = 2 * std::size_t{from}; i < 2 * std::size_t{to}; i += 2) {
    *bytes++ =
        static_cast<char>(value_of(digits[i]) << 4 | value_of(digits[i + 1]));
  }
}

}  // namespace

bool is_broken(const Reading& reading) {
  return count_digits(reading) < reading.count;
}

bool is_hopeless(const Reading& reading) {
  if (reading.count < 2 * secret::kBodyCount) return true;
  if (reading.count < kSymbolsNeeded) return false;
  secret::Glimpse<secret::kCheckCount> check;
  char* const bytes = check.bytes.data();
  decode(reading, secret::kBodyCount, secret::kSymbolCount, bytes);
  if (is_check_worth_reading(bytes)) return false;
  constexpr std::uint32_t kCheckAt = 2 * secret::kBodyCount;
  return are_digits(reading.run.symbols(reading.first) + kCheckAt,
                    2 * secret::kCheckCount);
}

void read(const Reading& reading, Candidate& candidate) {
  const std::uint32_t digits = count_digits(reading);
  decode(reading, 0, digits / 2, candidate.first());
  read_inner(digits / 2, kNoLimit,
             digits < reading.count ? RunEnd::kByte : reading.end_for(How()),
             candidate);
}

}  // namespace cflt::forms::hex
