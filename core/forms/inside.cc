#include "core/forms/inside.h"

#include "core/forms/text.h"

namespace cflt::forms::inside {
namespace {

Reading enter(const Ways& ways, const Reading& outer, const InnerText& text,
              InnerRun& inner) {
  inner.enter(text);
  if (inner.is_short()) inner.read(outer.run, ways.written);
  return inner.reading(outer, ways.written);
}

}  // namespace

bool is_hopeless(const Ways& ways, const Reading& outer, const InnerText& text,
                 InnerRun& inner) {
  if (!inner.holds(text) && !can_begin(text, outer.run)) return true;
  const Reading reading = enter(ways, outer, text, inner);
  if (inner.is_short() && inner.is_unfinished(ways.inside)) return false;
  if (!text::is_hopeless(ways.inside, reading)) return false;
  if (reading.count < secret::kSymbolCount) return true;
  // A loose outer symbol may still end the strict run within the check.
  const std::uint32_t body = inner.outer_symbols_of(secret::kBodyCount);
  const std::uint32_t all = inner.outer_symbols_of(secret::kSymbolCount);
  return !outer.run.how(body, all).has_any(How::loose()) ||
         outer.run.how(outer.first, body).has_any(How::loose());
}

void read(const Ways& ways, const Reading& outer, const InnerText& text,
          InnerRun& inner, Candidate& candidate) {
  text::read(ways.inside, enter(ways, outer, text, inner), candidate);
  candidate.unfinished = inner.is_unfinished(ways.inside);
  const std::uint32_t strict =
      inner.strict_count(outer, candidate.strict_count + 1);
  if (strict <= candidate.strict_count) {
    candidate.strict_count = strict;
    candidate.strict_end = RunEnd::kByte;
  }
  if (candidate.count == 0) return;
  const std::uint32_t to = inner.outer_symbols_of(candidate.count);
  candidate.scattered = outer.run.how(outer.first, to).has_any(How::wrapped());
}

}  // namespace cflt::forms::inside
