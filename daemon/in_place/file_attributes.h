// What a file is besides its bytes: owner, mode, times, extended attributes.
#pragma once

#include <sys/stat.h>

#include <string>

namespace cflt::in_place {

/// Gives `to` all that `from` has, of which `status` was read. What could not
/// be kept, or nothing. ACLs and labels are extended attributes; a label that
/// only the system may set is left to it.
std::string copy_attributes(int from, const struct stat& status, int to);

}  // namespace cflt::in_place
