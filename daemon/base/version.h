// What --version prints.
#pragma once

#include <string>

namespace cflt::base {

/// Version and commit, and the libraries that decide what is found and how
/// fast; one a line.
std::string version_text();

/// The version alone, "1.2.3".
std::string version_number();

}  // namespace cflt::base
