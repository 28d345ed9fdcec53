// Sections 2, 2.1 and 6 of docs/language.md: the anchors, and what is read
// behind them.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reference.h"
#include "units.h"
#include "written.h"

namespace cflt::reference {

enum class Family { kText, kBase64, kHex };

// Positions are byte offsets in the stream.
struct Anchor {
  Coding coding = Coding::kBytes;
  Family family = Family::kText;  // in lists of numbers it is always text
  size_t offset = 0;              // base64 only: section 3.3
  // What the first symbol must stand for one of; empty: any.
  std::string behind;
  // In a list of numbers from the number `c` to the end of the number `t`.
  size_t begin = 0;
  size_t end = 0;
  Text text;  // the units behind its end, up to that of the window
};

// The anchors whose last byte stands in front of `end`, without those whose
// conditions do not hold; `Anchor::behind` is left to be asked.
std::vector<Anchor> anchors_that_end_at(const std::string& stream, size_t end,
                                        const Options& options);

// What is read behind an anchor; inside is that of base64 and hex.
Rules rules_of(const Anchor& anchor, const Options& options);
Rules rules_inside(const Anchor& anchor, const Options& options);

}  // namespace cflt::reference
