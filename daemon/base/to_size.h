// Amounts of bytes, for people.
#pragma once

#include <string>

namespace cflt::base {

/// "1.5 GiB".
std::string to_size(double bytes);

}  // namespace cflt::base
