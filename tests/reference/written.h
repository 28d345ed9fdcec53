// Section 3.1 of docs/language.md: how a symbol is written. Units are read into
// a run of symbols.

#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "secret.h"
#include "units.h"

namespace cflt::reference {

// What is read.
struct Rules {
  // The ways of writing besides plain, by their names in section 6. `color` and
  // `wrapped` are what may stand in front of a symbol.
  std::set<std::string> writings;
  std::string plain = kAlphabet;  // what may stand for itself
  // Only in text a line break asks for a letter or digit before it, and spaces
  // are counted.
  bool is_text = false;
  size_t most_symbols = kSymbols;  // where reading stops
};

struct Symbol {
  char value = 0;              // what it stands for, one of Rules::plain
  std::string form = "plain";  // the way of writing, or `color`
  bool is_urlsafe = false;
  bool is_space = false;
  bool is_wrapped = false;  // there is a line break in front of it
  // In the stream; what stands in front of it is not part of it.
  size_t begin = 0;
  size_t end = 0;

  bool is_loose() const;  // section 3.4
};

struct Run {
  std::vector<Symbol> symbols;
  bool is_cut = false;
  bool is_star = false;  // it was ended by a star
  // A line break has been read with no symbol behind it.
  bool is_break_last = false;

  std::string values() const;
};

Run read_run(const Text& text, const Rules& rules);

// The run up to its first loose symbol, or to a line break with none behind it.
Run strict_part_of(const Run& run);

}  // namespace cflt::reference
