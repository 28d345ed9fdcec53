// Sections 5 and 5.1 of docs/language.md: what the bytes behind an anchor are
// replaced by.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "anchors.h"
#include "units.h"
#include "written.h"

namespace cflt::reference {

// The span of a candidate that did not fail.
struct Span {
  size_t end = 0;
  std::vector<Symbol> outer;    // the written symbols
  std::vector<Symbol> symbols;  // those of the secret; the same in text
};

std::string between(const std::string& stream, size_t begin, size_t end);

// As they stand among the replaced bytes of text.
std::string colour_sequences_of(const std::string& replaced, Coding coding);

// Without the colour sequences, which come behind.
std::string mask_of(const std::string& stream, const Anchor& anchor,
                    const Span& span);

// Section 5.1: as long as what stands between `from` and the span's end; what
// stands before `from` has been replaced already.
std::string same_length_mask_of(const std::string& stream, const Anchor& anchor,
                                const Span& span, size_t from);

}  // namespace cflt::reference
