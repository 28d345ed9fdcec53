#include "core/forms/base64.h"

#include <algorithm>
#include <string_view>

#include "core/forms/inner.h"

namespace cflt::forms::base64 {
namespace {

/// The symbols before `NmbH` that end in the first four bits of a `c`, and
/// those before `jZmx0` that end in its first two.
constexpr std::string_view kBeforeAt1 = "GWm2";
constexpr std::string_view kBeforeAt2 = "BFJNRVZdhlptx159";

/// The lead bits as they must be: the low bits of `t`.
constexpr unsigned lead_of(Family family) {
  return 't' & ((1U << lead_bits(family)) - 1);
}

unsigned value_at(const Reading& reading, std::uint32_t i) {
  return secret::value_of(*reading.run.symbols(reading.first + i));
}

/// Bytes of the secret that are complete within `count` symbols.
std::uint32_t bytes_within(Family family, std::uint32_t count) {
  const std::uint32_t bits = 6 * count;
  const std::uint32_t lead = lead_bits(family);
  return bits < lead ? 0 : std::min((bits - lead) / 8, secret::kSymbolCount);
}

/// Byte `i` of the secret: 8 bits of two neighbouring symbols.
char byte_at(Family family, const Reading& reading, std::uint32_t i) {
  const std::uint32_t bit = lead_bits(family) + 8 * i;
  const std::uint32_t at = bit / 6;
  const unsigned pair = value_at(reading, at) << 6 | value_at(reading, at + 1);
  return static_cast<char>(pair >> (4 - bit % 6) & 0xff);
}

bool lead_fits(Family family, const Reading& reading) {
  return reading.count > 0 &&
         value_at(reading, 0) >> (6 - lead_bits(family)) == lead_of(family);
}

std::uint32_t count_unbroken(How ways, const Reading& reading) {
  std::uint32_t i = 0;
  while (i < reading.count &&
         !reading.run.how(reading.first + i).has_other_than(ways)) {
    ++i;
  }
  return i;
}

}  // namespace

bool fits_behind(Family family, char previous) {
  const auto before = family == Family::kBase64At1   ? kBeforeAt1
                      : family == Family::kBase64At2 ? kBeforeAt2
                                                     : std::string_view();
  return before.empty() || before.find(previous) != before.npos;
}

bool is_broken(How ways, const Reading& reading) {
  return count_unbroken(ways, reading) < reading.count;
}

bool is_hopeless(Family family, How ways, const Reading& reading) {
  if (!lead_fits(family, reading)) return true;
  const std::uint32_t count = bytes_within(family, reading.count);
  if (count < secret::kBodyCount) return true;
  if (count < secret::kSymbolCount) return false;
  const std::uint32_t last = reading.first + reading.count;
  const std::uint32_t check =
      reading.first + symbols_covering(family, secret::kBodyCount) - 1;
  const How used = reading.run.how(check, last);
  if (used.has_any(How::loose()) || used.has_other_than(ways)) return false;
  std::array<char, secret::kCheckCount> bytes;
  for (std::uint32_t i = 0; i < secret::kCheckCount; ++i) {
    bytes[i] = byte_at(family, reading, secret::kBodyCount + i);
  }
  return !is_check_worth_reading(bytes.data());
}

void read(Family family, How ways, const Reading& reading,
          Candidate& candidate) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t unbroken = count_unbroken(ways, reading);
  const std::uint32_t loose =
      run.find(How::loose(), first, first + unbroken) - first;
  const std::uint32_t count = bytes_within(family, unbroken);
  std::array<char, secret::kSymbolCount> bytes;
  for (std::uint32_t i = 0; i < count; ++i) {
    bytes[i] = byte_at(family, reading, i);
  }
  read_inner(bytes.data(), count,
             loose < unbroken ? bytes_within(family, loose) : kNoLimit,
             unbroken < available ? RunEnd::kByte : end, candidate);
  explicit_bzero(bytes.data(), bytes.size());
}

Form form_of(Family family, const Reading& reading, std::uint32_t count) {
  const std::uint32_t to = reading.first + symbols_covering(family, count);
  return reading.run.how(reading.first, to).plain() ? Form::kBase64
                                                    : Form::kBase64Escaped;
}

}  // namespace cflt::forms::base64
