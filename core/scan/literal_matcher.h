// The scalar matcher: finds what Hyperscan finds, one byte at a time.
//
// It serves where Hyperscan cannot (a scan that failed, a CPU without SSSE3)
// and where it is faster (blocks so full of anchors that the callback
// dominates).
#pragma once

#include <vector>

#include "core/bytes.h"
#include "core/scan/anchor.h"

namespace cflt::scan {

/// Appends to `anchors` every occurrence in `block` of a literal of
/// `families`, in the order of the block.
void match_literals(Bytes block, FamilySet families,
                    std::vector<Anchor>& anchors);

}  // namespace cflt::scan
