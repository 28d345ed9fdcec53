// Scanners of a run, and a word about it where one is not what was wanted.
#pragma once

#include "core/scan/scanner.h"

namespace cflt::base {

/// A database that scanners of any thread share, compiled when one of them
/// wants it. None, and it is told why, where Hyperscan cannot run: scanners
/// without one are slower.
scan::DatabaseSource share_database(scan::FamilySet families);

}  // namespace cflt::base
