// Many lines at once: where the records of newline and NUL framing end.
//
// The framer asks for one frame after the other, at about 20 ns each, which is
// a third of what a relayed log costs. Here 64 bytes are compared at a time.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bytes.h"
#include "core/framing/range.h"

namespace cflt::framing {

/// Many lines of a stretch of bytes.
struct Lines {
  std::size_t rest = 0;         // where the line begins that is not among them
  std::size_t empty_count = 0;  // empty lines that were left out
  bool has_nul_end = false;     // syslog: one of them ended at NUL
  bool has_gap = false;         // they are not each right behind the other
};

/// Appends the lines in bytes[from..) that end with `terminator`, up to the
/// first that is longer than `max_length`; without empty ones where
/// `skips_empty`. The rest is that line, or one without an end. 64 bytes behind
/// `bytes` are readable.
Lines split_lines(Bytes bytes, std::size_t from, char terminator,
                  bool skips_empty, std::size_t max_length,
                  std::vector<Range>& lines);

/// The same of a syslog source: LF or NUL ends a line, a LF directly behind a
/// NUL belongs to the same end, and empty lines are counted and left out.
/// What ends right before `from` is seen as the end of the line before.
Lines split_syslog_lines(Bytes bytes, std::size_t from, std::size_t max_length,
                         std::vector<Range>& lines);

/// The first LF or NUL in bytes[from..), or their size.
std::size_t find_line_end(Bytes bytes, std::size_t from);

}  // namespace cflt::framing
