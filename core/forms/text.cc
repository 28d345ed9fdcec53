#include "core/forms/text.h"

#include "core/secret/secret.h"

namespace cflt::forms::text {
namespace {

constexpr How kSpace = How::written(Form::kForm);

/// How many of the symbols, written in the ways of `used`, belong to the
/// candidate: less than all where one is written in no way of `ways` or is a
/// space too many.
std::uint32_t count_unbroken(How ways, How used, const Reading& reading) {
  const auto [run, first, count, end] = reading;
  if (!used.has_other_than(ways) && !used.has_any(kSpace)) return count;
  std::uint32_t spaces = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const How how = run.how(first + i);
    if (how.has_other_than(ways)) return i;
    if (how.has_any(kSpace) && ++spaces > kMaxSpaces) return i;
  }
  return count;
}

How used_in(const Reading& reading) {
  return reading.run.how(reading.first, reading.first + reading.count);
}

}  // namespace

bool is_broken(How ways, const Reading& reading) {
  return count_unbroken(ways, used_in(reading), reading) < reading.count;
}

bool is_hopeless(How ways, const Reading& reading) {
  const auto [run, first, count, end] = reading;
  if (count < secret::kBodyCount) return true;
  const std::uint32_t check = first + secret::kBodyCount;
  const bool complete = count == secret::kSymbolCount;
  if (complete && secret::can_be_last(*run.symbols(first + count - 1))) {
    return false;
  }
  if (complete && run.how(first, first + count).plain()) return true;
  // Only a truncated one is left: a strict body, and an end in the check.
  const How ends_strict = How::loose() | ~ways;
  return run.how(first, check).has_any(ends_strict) ||
         (complete && !run.how(check, first + count).has_any(ends_strict));
}

void read(How ways, const Reading& reading, Candidate& candidate) {
  const auto [run, first, count, end] = reading;
  const How used = used_in(reading);
  const std::uint32_t unbroken = count_unbroken(ways, used, reading);
  std::uint32_t strict = unbroken;
  if (used.has_any(How::loose())) {
    strict = run.find(How::loose(), first, first + unbroken) - first;
  }
  candidate.symbols = run.symbols(first);
  candidate.count = unbroken;
  candidate.strict_count = strict;
  candidate.strict_end = strict < count ? RunEnd::kByte : reading.end_for(ways);
  candidate.spaced = used.has_any(kSpace);
}

Form form_of(const Reading& reading, std::uint32_t count) {
  const auto [run, first, available, end] = reading;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const How how = run.how(i);
    if (how.plain()) continue;
    if (how.has_any(How::written(Form::kColor))) return Form::kColor;
    for (unsigned form = 1; form < static_cast<unsigned>(Form::kColor);
         ++form) {
      if (how.has_any(How::written(static_cast<Form>(form)))) {
        return static_cast<Form>(form);
      }
    }
  }
  return Form::kPlain;
}

}  // namespace cflt::forms::text
