// Sections 2 and 2.2 of docs/language.md: the three codings. What stands behind
// an anchor is turned into units, each of which stands for one byte.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cflt::reference {

// The numbers are two codings here, each with its own digits.
enum class Coding { kBytes, kUtf16, kDecimals, kHexes };

bool is_numbers(Coding coding);

// Positions are byte offsets in the stream.
struct Unit {
  char byte = 0;     // what it stands for
  size_t begin = 0;  // of a number, where the separator in front of it begins
  size_t end = 0;
};

using Units = std::vector<Unit>;

// Units, and how they end.
struct Text {
  Units units;
  bool is_cut = false;   // by the end of a full window
  bool is_star = false;  // by a star; only of decoded bytes, in inside.h
};

// Behind the last byte of a window.
struct Limit {
  size_t at = 0;
  bool is_full = false;  // otherwise the stream ends there
};

// The window of an anchor whose last byte stands in front of `anchor_end`.
Limit window_behind(const std::string& stream, size_t anchor_end,
                    Coding coding);

// The units from `begin` on, where the one before has ended.
Text read_units(const std::string& stream, size_t begin, Limit limit,
                Coding coding);

// What may stand between two numbers.
bool is_separator(char byte, Coding coding);
// In a number; a hex list has more of them.
bool is_digit(char byte, Coding coding);

}  // namespace cflt::reference
