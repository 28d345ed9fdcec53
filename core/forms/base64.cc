#include "core/forms/base64.h"

#include <algorithm>
#include <string_view>

#include "core/forms/inner.h"
#include "core/forms/sextets.h"
#include "core/secret/alphabet.h"
#include "core/secret/glimpse.h"

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

/// Symbols that are looked at before all are.
constexpr std::uint32_t kFirstLook = 6;

/// Bytes of the anchor that stand in the four values with the secret's first.
constexpr std::uint32_t anchor_bytes(Family family) {
  return lead_bits(family) / 2;
}

/// Bytes of the secret from byte `from` on, a multiple of 3, so many blocks
/// less anchor_bytes(), which come before them. Where symbols are missing they
/// mean nothing.
void decode(Family family, const Reading& reading, std::uint32_t from,
            std::uint32_t blocks, char* bytes) {
  const std::uint32_t first = reading.first + from / 3 * 4;
  decode_sextets(reading.run.values(first) - anchor_bytes(family), blocks,
                 bytes);
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

/// Whether no loose symbol, and none that `ways` leave out, ends the check.
bool is_check_strict(Family family, How ways, const Reading& reading) {
  const std::uint32_t body = symbols_covering(family, secret::kBodyCount);
  const How used =
      reading.run.how(reading.first + body - 1, reading.first + reading.count);
  return !used.has_any(How::loose()) && !used.has_other_than(ways);
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
  secret::Glimpse<kBlockBytes + 4> glimpse;
  char* const bytes = glimpse.bytes.data();
  const char* const symbols = bytes + anchor_bytes(family);
  if (count == secret::kSymbolCount && is_check_strict(family, ways, reading)) {
    decode(family, reading, secret::kBodyCount, 1, bytes);
    if (!is_check_worth_reading(symbols)) return true;
  }
  decode(family, reading, 0, 1, bytes);
  return !std::all_of(symbols, symbols + kFirstLook, is_inner_symbol);
}

void read(Family family, How ways, const Reading& reading,
          Candidate& candidate) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t unbroken = count_unbroken(ways, reading);
  const std::uint32_t loose =
      run.find(How::loose(), first, first + unbroken) - first;
  const std::uint32_t count = bytes_within(family, unbroken);
  const std::uint32_t anchor = anchor_bytes(family);
  decode(family, reading, 0, blocks_of(anchor + count),
         candidate.first() - anchor);
  read_inner(count, loose < unbroken ? bytes_within(family, loose) : kNoLimit,
             unbroken < available ? RunEnd::kByte : reading.end_for(ways),
             candidate);
}

Form form_of(Family family, const Reading& reading, std::uint32_t count) {
  const std::uint32_t to = reading.first + symbols_covering(family, count);
  return reading.run.how(reading.first, to).plain() ? Form::kBase64
                                                    : Form::kBase64Escaped;
}

}  // namespace cflt::forms::base64
