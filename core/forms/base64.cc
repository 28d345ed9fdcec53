#include "core/forms/base64.h"

#include <string_view>

#include "core/forms/inside.h"
#include "core/secret/alphabet.h"

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

bool lead_fits(std::uint32_t offset, const Reading& reading) {
  return reading.count > 0 && unsigned{*reading.run.values(reading.first)} >>
                                      (6 - lead_bits(offset)) ==
                                  lead_of(offset);
}

InnerText text_of(std::uint32_t offset, const Reading& reading) {
  return {6, 6 * reading.first + lead_bits(offset)};
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
  return reading.used().has_other_than(ways.written);
}

bool is_hopeless(std::uint32_t offset, const Ways& ways, const Reading& reading,
                 InnerRun& inner) {
  return !lead_fits(offset, reading) ||
         reading.count < symbols_covering(offset, secret::kBodyCount) ||
         inside::is_hopeless(ways, reading, text_of(offset, reading), inner);
}

void read(std::uint32_t offset, const Ways& ways, const Reading& reading,
          InnerRun& inner, Candidate& candidate) {
  inside::read(ways, reading, text_of(offset, reading), inner, candidate);
}

}  // namespace cflt::forms::base64
