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
constexpr unsigned lead_of(std::uint32_t offset) {
  return 't' & ((1U << lead_bits(offset)) - 1);
}

/// Bytes of the text that are complete within `count` symbols.
constexpr std::uint32_t bytes_within(std::uint32_t offset,
                                     std::uint32_t count) {
  const std::uint32_t bits = 6 * count;
  const std::uint32_t lead = lead_bits(offset);
  return bits < lead ? 0 : (bits - lead) / 8;
}

/// Bytes that are looked at before all are.
constexpr std::uint32_t kFirstLook = 6;

/// Bytes of the anchor that stand in the four values with the secret's first.
constexpr std::uint32_t anchor_bytes(std::uint32_t offset) {
  return lead_bits(offset) / 2;
}

/// Room for `count` bytes behind those of the anchor, as decode() needs it.
constexpr std::size_t room_for(std::uint32_t count) {
  return std::size_t{blocks_of(2 + count)} * kBlockBytes + 4;
}

/// The first `count` bytes of the text, with anchor_bytes() before them. Where
/// symbols are missing they mean nothing. Writes room_for() them.
void decode(std::uint32_t offset, const Reading& reading, std::uint32_t count,
            char* bytes) {
  decode_sextets(reading.run.values(reading.first) - anchor_bytes(offset),
                 blocks_of(anchor_bytes(offset) + count), bytes);
}

bool lead_fits(std::uint32_t offset, const Reading& reading) {
  return reading.count > 0 && unsigned{*reading.run.values(reading.first)} >>
                                      (6 - lead_bits(offset)) ==
                                  lead_of(offset);
}

/// Of the first `most` symbols, those in front of the first that is written in
/// a way that is not read.
std::uint32_t count_unbroken(How ways, const Reading& reading,
                             std::uint32_t most) {
  const std::uint32_t first = reading.first;
  const std::uint32_t count = std::min(reading.count, most);
  return reading.run.find(~ways, first, first + count) - first;
}

/// Whether no loose symbol, and none that `ways` leave out, ends the check of
/// what is not escaped inside.
bool is_check_strict(std::uint32_t offset, How ways, const Reading& reading) {
  const std::uint32_t body = symbols_covering(offset, secret::kBodyCount);
  const std::uint32_t all = symbols_covering(offset, secret::kSymbolCount);
  const How used =
      reading.run.how(reading.first + body - 1, reading.first + all);
  return !used.has_any(How::loose()) && !used.has_other_than(ways);
}

InnerText text_of(std::uint32_t offset, How ways, const Reading& reading,
                  std::uint32_t unbroken) {
  const auto [run, first, available, end] = reading;
  const std::uint32_t loose =
      run.find(How::loose(), first, first + unbroken) - first;
  const bool is_broken = unbroken < available;
  return {nullptr, bytes_within(offset, unbroken),
          loose < unbroken ? bytes_within(offset, loose) : kNoLimit,
          is_broken ? RunEnd::kByte : reading.end_for(ways)};
}

}  // namespace

/// What is no symbol, such as a line's end, says nothing.
bool fits_behind(std::uint32_t offset, char previous) {
  if (offset == 0 || secret::value_of(previous) == secret::kNoSymbol) {
    return true;
  }
  const auto before = offset == 1 ? kBeforeAt1 : kBeforeAt2;
  return before.find(previous) != before.npos;
}

bool is_broken(const Ways& ways, const Reading& reading) {
  return count_unbroken(ways.written, reading, reading.count) < reading.count;
}

bool is_hopeless(std::uint32_t offset, const Ways& ways,
                 const Reading& reading) {
  if (!lead_fits(offset, reading)) return true;
  const std::uint32_t count =
      std::min(bytes_within(offset, reading.count), secret::kSymbolCount);
  if (count < secret::kBodyCount) return true;
  secret::Glimpse<room_for(secret::kSymbolCount)> glimpse;
  char* const bytes = glimpse.bytes.data();
  const char* const text = bytes + anchor_bytes(offset);
  decode(offset, reading, kFirstLook, bytes);
  if (!can_begin_inner(text, kFirstLook)) return true;
  if (count < secret::kSymbolCount ||
      !is_check_strict(offset, ways.written, reading)) {
    return false;
  }
  decode(offset, reading, count, bytes);
  return !is_worth_reading(text);
}

void read(std::uint32_t offset, const Ways& ways, const Reading& reading,
          Candidate& candidate) {
  const std::uint32_t most = symbols_covering(offset, secret::kSymbolCount);
  const std::uint32_t unbroken = count_unbroken(ways.written, reading, most);
  const std::uint32_t count =
      std::min(bytes_within(offset, unbroken), secret::kSymbolCount);
  decode(offset, reading, count, candidate.first() - anchor_bytes(offset));
  candidate.scattered = reading.run.how(reading.first, reading.first + unbroken)
                            .has_any(How::wrapped());
  if (!has_escape(candidate.first(), count)) {
    read_inner(text_of(offset, ways.written, reading, unbroken), candidate);
    return;
  }
  const std::uint32_t all =
      count_unbroken(ways.written, reading, reading.count);
  secret::Glimpse<room_for(kMostInnerBytes)> glimpse;
  InnerText text = text_of(offset, ways.written, reading, all);
  text.count = std::min(text.count, kMostInnerBytes);
  decode(offset, reading, text.count, glimpse.bytes.data());
  text.bytes = glimpse.bytes.data() + anchor_bytes(offset);
  read_escaped(text, ways.inside, candidate);
  candidate.unfinished &= all == reading.count;
}

}  // namespace cflt::forms::base64
