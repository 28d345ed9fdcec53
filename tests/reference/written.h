// Section 3 of docs/language.md: how a symbol is written. A window is read into
// a run of symbols.

#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace cflt::reference {

// A window is a string of at most so many bytes; a shorter one ends where the
// stream does.
constexpr size_t kWindowBytes = 512;

struct Symbol {
  char value = 0;              // what it stands for, one of kAlphabet
  std::string form = "plain";  // the way of writing, a name of section 6
  bool is_loose = false;
  bool is_space = false;
  size_t end = 0;  // in the window, behind its last byte
};

struct Run {
  std::vector<Symbol> symbols;
  // Cut, or with a terminator, or neither: where the stream ended, or where
  // reading stopped because there were symbols enough.
  bool is_cut = false;
  // A byte, in UTF-16 a pair. In hex and inside base64 it is the decoded byte
  // that ended the run, or where there is none the terminator of the written
  // symbols.
  std::string terminator;

  std::string values() const;
};

// Section 3.1. `writings` are the ways of writing that are read besides plain;
// reading stops at `most` symbols.
Run read_written_run(const std::string& window, size_t most,
                     const std::set<std::string>& writings);

// Sections 3.2 and 3.3. Reading stops at the 60th symbol.
Run read_hex_run(const std::string& window);
Run read_utf16_run(const std::string& window);

// Section 3.4. The outer symbols of base64: never more than these are needed
// for 60 symbols and the rest of the `t`.
constexpr size_t kMostOuterSymbols = 81;

// How many bits of the `t` of `cflt` stand behind the anchor of an offset.
size_t bits_of_t(size_t offset);

// The symbols inside base64, up to the 60th. Each ends with the outer symbol
// that holds its last bit.
Run inner_run_of(const Run& outer, size_t offset);

}  // namespace cflt::reference
