#include "core/forms/base64.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/forms/inner.h"
#include "core/secret/alphabet.h"

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

/// Bytes of the secret that are complete within `count` symbols.
std::uint32_t bytes_within(Family family, std::uint32_t count) {
  const std::uint32_t bits = 6 * count;
  const std::uint32_t lead = lead_bits(family);
  return bits < lead ? 0 : std::min((bits - lead) / 8, secret::kSymbolCount);
}

/// The 48 bits of eight values.
std::uint64_t pack(const std::uint8_t* values) {
  std::uint64_t x;
  std::memcpy(&x, values, sizeof x);
  x = __builtin_bswap64(x);
  x = (x & 0x3f003f003f003f00) >> 2 | (x & 0x003f003f003f003f);
  x = (x & 0x0fff00000fff0000) >> 4 | (x & 0x00000fff00000fff);
  return (x & 0x00ffffff00000000) >> 8 | (x & 0x00ffffff);
}

/// Bytes decoded at a time.
constexpr std::uint32_t kGroup = 6;

/// A group of bytes of the secret from byte `i` on, a multiple of 6: eight
/// symbols without the lead, and as many bits of the ninth. Where symbols are
/// missing, their bits mean nothing. Writes eight bytes, the last two are 0.
void decode(Family family, const Reading& reading, std::uint32_t i,
            char* bytes) {
  const std::uint8_t* values =
      reading.run.values(reading.first + i / kGroup * 8);
  const std::uint32_t lead = lead_bits(family);
  std::uint64_t bits = pack(values) << lead | (values[8] & 63U) >> (6 - lead);
  bits = __builtin_bswap64(bits << 16);
  std::memcpy(bytes, &bits, sizeof bits);
}

bool lead_fits(Family family, const Reading& reading) {
  return reading.count > 0 && unsigned{*reading.run.values(reading.first)} >>
                                      (6 - lead_bits(family)) ==
                                  lead_of(family);
}

std::uint32_t count_unbroken(How ways, const Reading& reading) {
  const auto [run, first, count, end] = reading;
  return run.find(~ways, first, first + count) - first;
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
  std::array<char, 8> bytes;
  decode(family, reading, 0, bytes.data());
  if (!std::all_of(&bytes[0], &bytes[kGroup], is_inner_symbol)) return true;
  if (count < secret::kSymbolCount) return false;
  const std::uint32_t last = reading.first + reading.count;
  const std::uint32_t check =
      reading.first + symbols_covering(family, secret::kBodyCount) - 1;
  const How used = reading.run.how(check, last);
  if (used.has_any(How::loose()) || used.has_other_than(ways)) return false;
  decode(family, reading, secret::kBodyCount, bytes.data());
  return !is_check_worth_reading(bytes.data());
}

void read(Family family, How ways, const Reading& reading,
          Candidate& candidate) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t unbroken = count_unbroken(ways, reading);
  const std::uint32_t loose =
      run.find(How::loose(), first, first + unbroken) - first;
  const std::uint32_t count = bytes_within(family, unbroken);
  for (std::uint32_t i = 0; i < count; i += kGroup) {
    decode(family, reading, i, &candidate.decoded[i]);
  }
  read_inner(count, loose < unbroken ? bytes_within(family, loose) : kNoLimit,
             unbroken < available ? RunEnd::kByte : end, candidate);
}

Form form_of(Family family, const Reading& reading, std::uint32_t count) {
  const std::uint32_t to = reading.first + symbols_covering(family, count);
  return reading.run.how(reading.first, to).plain() ? Form::kBase64
                                                    : Form::kBase64Escaped;
}

}  // namespace cflt::forms::base64
