#include "core/forms/hex.h"

#include "core/forms/inside.h"

namespace cflt::forms::hex {
namespace {

InnerText text_of(const Reading& reading) { return {4, 4 * reading.first}; }

}  // namespace

bool is_broken(const Ways& ways, const Reading& reading) {
  const std::uint32_t end = reading.first + reading.count;
  return reading.used().has_other_than(ways.written) ||
         find_no_digit(reading.run, reading.first, end) < end;
}

bool is_hopeless(const Ways& ways, const Reading& reading, InnerRun& inner) {
  return reading.count < 2 * secret::kBodyCount ||
         inside::is_hopeless(ways, reading, text_of(reading), inner);
}

void read(const Ways& ways, const Reading& reading, InnerRun& inner,
          Candidate& candidate) {
  inside::read(ways, reading, text_of(reading), inner, candidate);
}

}  // namespace cflt::forms::hex
