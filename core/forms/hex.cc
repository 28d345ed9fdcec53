#include "core/forms/hex.h"

#include "core/forms/inner.h"

namespace cflt::forms::hex {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    digits['a' + i] = digits['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return digits;
}

constexpr auto kDigits = make_digits();

/// The value of the symbol as a hex digit, or kNoDigit.
std::uint8_t digit(const Reading& reading, std::uint32_t i) {
  if (!reading.run.how(reading.first + i).plain()) return kNoDigit;
  return kDigits[static_cast<unsigned char>(
      *reading.run.symbols(reading.first + i))];
}

std::uint32_t count_digits(const Reading& reading) {
  std::uint32_t i = 0;
  while (i < reading.count && digit(reading, i) != kNoDigit) ++i;
  return i;
}

/// Byte `i` of the secret; both its symbols are digits.
char byte_at(const Reading& reading, std::uint32_t i) {
  return static_cast<char>(digit(reading, 2 * i) << 4 |
                           digit(reading, 2 * i + 1));
}

}  // namespace

bool is_broken(const Reading& reading) {
  return count_digits(reading) < reading.count;
}

bool is_hopeless(const Reading& reading) {
  if (reading.count < 2 * secret::kBodyCount) return true;
  if (reading.count < kSymbolsNeeded) return false;
  std::array<char, secret::kCheckCount> check;
  for (std::uint32_t i = 0; i < secret::kCheckCount; ++i) {
    check[i] = byte_at(reading, secret::kBodyCount + i);
  }
  return !is_check_worth_reading(check.data());
}

void read(const Reading& reading, Candidate& candidate) {
  const std::uint32_t digits = count_digits(reading);
  std::array<char, secret::kSymbolCount> bytes;
  for (std::uint32_t i = 0; i < digits / 2; ++i) bytes[i] = byte_at(reading, i);
  read_inner(bytes.data(), digits / 2, kNoLimit,
             digits < reading.count ? RunEnd::kByte : reading.end, candidate);
  explicit_bzero(bytes.data(), bytes.size());
}

}  // namespace cflt::forms::hex
