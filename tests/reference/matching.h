// Patterns of units: what section 3.1 of docs/language.md says of one way of
// writing, apart from what it stands for.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "units.h"

namespace cflt::reference {

struct Match {
  enum State {
    kYes,
    kNo,
    kUnfinished  // right so far, but the units end
  };
  State state = kNo;
  size_t end = 0;  // where it matches: the index of the unit behind it
};

// One of some texts, or any number of any of them.
struct Part {
  std::vector<std::string> texts;
  bool is_any_number = false;
};

// Its parts, one behind the other.
using Pattern = std::vector<Part>;

// A backslash is the first two parts of a pattern.
Pattern backslash_and(const std::vector<std::string>& texts);

Match match(const Units& units, size_t at, const Pattern& pattern);

// The first of the patterns that matches.
Match match_one_of(const Units& units, size_t at,
                   const std::vector<Pattern>& patterns);

// As often as one of the patterns matches; it is unfinished where one of them
// is in the end. The end is behind the last match in any case.
Match match_any_number(const Units& units, size_t at,
                       const std::vector<Pattern>& patterns);

// `ESC [`, then any of `0-9 ; :`, then `m` or `K`.
extern const Pattern kColourSequence;

// Padding, a line end, and the indentation behind it. Without colours, neither
// padding nor indentation contain colour sequences.
Match match_line_break(const Units& units, size_t at, bool has_colours);

}  // namespace cflt::reference
