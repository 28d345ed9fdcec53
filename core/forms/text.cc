#include "core/forms/text.h"

#include <algorithm>

#include "core/secret/alphabet.h"
#include "core/secret/secret.h"

namespace cflt::forms::text {
namespace {

/// Letters alone are a name, which may stand at a line's end; with one of these
/// it looks like a secret (docs/language.md, 3.1).
bool is_telling(char symbol) {
  return ('A' <= symbol && symbol <= 'Z') || ('0' <= symbol && symbol <= '9');
}

/// The symbols that can belong to the secret, all or fewer.
Reading limited(const Reading& reading) {
  return {reading.run, reading.first,
          std::min(reading.count, secret::kSymbolCount), reading.end};
}

/// How many of the symbols, written in the ways of `used`, belong to the
/// candidate: less than all where one is written in no way of `ways`, is a
/// space too many or stands behind a line break too early.
std::uint32_t count_unbroken(How ways, How used, const Reading& reading) {
  const auto [run, first, count, end] = reading;
  if (!used.has_other_than(ways) &&
      !used.has_any(How::space() | How::wrapped())) {
    return count;
  }
  const char* symbols = run.symbols(first);
  std::uint32_t spaces = 0;
  bool has_telling = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const How how = run.how(first + i);
    if (how.has_other_than(ways)) return i;
    if (how.has_any(How::space()) && ++spaces > kMaxSpaces) return i;
    if (how.has_any(How::wrapped()) && !has_telling) return i;
    has_telling |= is_telling(symbols[i]);
  }
  return count;
}

bool has_telling(const Reading& reading) {
  const char* symbols = reading.run.symbols(reading.first);
  return std::any_of(symbols, symbols + reading.count, is_telling);
}

}  // namespace

bool is_broken(How ways, const Reading& all) {
  const Reading reading = limited(all);
  return count_unbroken(ways, reading.used(), reading) < reading.count ||
         (reading.run.is_break_ahead() && !has_telling(reading));
}

bool is_hopeless(How ways, const Reading& all) {
  const Reading reading = limited(all);
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

void read(How ways, const Reading& all, Candidate& candidate) {
  const Reading reading = limited(all);
  const auto [run, first, count, end] = reading;
  const How used = reading.used();
  const std::uint32_t unbroken = count_unbroken(ways, used, reading);
  std::uint32_t strict = unbroken;
  if (used.has_any(How::loose())) {
    strict = run.find(How::loose(), first, first + unbroken) - first;
  }
  candidate.symbols = run.symbols(first);
  candidate.count = unbroken;
  candidate.strict_count = strict;
  candidate.strict_end = strict < count                 ? RunEnd::kByte
                         : count < secret::kSymbolCount ? reading.end_for(ways)
                                                        : RunEnd::kCut;
  candidate.scattered = used.has_any(How::space() | How::wrapped());
}

Form form_of(const Reading& reading, std::uint32_t count) {
  const auto [run, first, available, end] = reading;
  if (run.how(first, first + count).plain()) return Form::kPlain;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const How how = run.how(i);
    if (how.plain()) continue;
    if (how.has_any(How::colored())) return Form::kColor;
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
