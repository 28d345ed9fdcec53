// Scanners, and a word about it where one is not what was wanted.
#pragma once

#include <optional>

#include "core/scan/scanner.h"

namespace cflt::base {

/// A compiled database, shared by scanners of any thread. None, and it is told
/// why, where Hyperscan cannot run: scanners without one are slower.
scan::Database::Ptr make_database(scan::FamilySet families);

/// One for one thread. None where no scanning is possible; it is told why.
std::optional<scan::Scanner> make_scanner(scan::FamilySet families,
                                          scan::Database::Ptr database);

}  // namespace cflt::base
