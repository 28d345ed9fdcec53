// The reference: docs/language.md a second time, slowly and in plain sight.
//
// It is read side by side with the page, takes the whole stream as one string,
// and shares no code and no idea with the core, so that a difference between
// the two points at a bug in one of them.
//
// It knows no chunks, no records and no speed: work is linear in the input
// and in the window of each anchor.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cflt::reference {

struct Options {
  // The names of section 6: plain urlsafe form json unicode percent html color
  // wrapped base64 base64-escaped hex utf16 numbers. Empty means all; other
  // names mean nothing.
  std::set<std::string> forms;
  // False is `truncated: pass`: the verdict is then never given, nor is
  // suspected.
  bool mask_truncated = true;
  // True is `mismatch: redact`.
  bool redact_mismatch = false;
  // True is `mask: same_length`.
  bool same_length = false;
};

// A candidate that did not fail. Positions are byte offsets in the input; the
// ends are one behind the last byte. In a list of numbers the anchor begins at
// the digits of the number `c`, and ends behind the number `t`.
struct Hit {
  size_t anchor_begin = 0;
  size_t anchor_end = 0;
  size_t span_end = 0;
  std::string form;
  std::string verdict;  // "found", "truncated", "suspected" or "rejected"
};

// A mask with what left of the anchor in front of it, without the colour
// sequences behind it; of one of the same length the first 4 bytes. Positions
// are byte offsets in the output.
struct Mask {
  size_t begin = 0;
  size_t end = 0;
};

struct Result {
  std::string output;
  std::map<std::string, uint64_t> found;  // by form
  uint64_t truncated = 0;
  uint64_t suspected = 0;
  uint64_t rejected = 0;    // whether masked or not
  std::vector<Hit> hits;    // in the order of the stream
  std::vector<Mask> masks;  // the same
};

Result redact(const std::string& input, const Options& options = {});

}  // namespace cflt::reference
