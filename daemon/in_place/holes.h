// Holes of sparse files (lseek(2), SEEK_HOLE): zeros that take no room on the
// disk, as logrotate's copytruncate leaves them in front of a log.
#pragma once

#include <sys/stat.h>

#include <boost/system/error_code.hpp>

namespace cflt::in_place {

/// Whether it takes less room than it is long. A file system that compresses
/// makes it so, too.
bool is_sparse(const struct stat& status);

/// Makes holes of the whole blocks of zeros from `from` to `to`, which are
/// offsets in a file that is open for reading and writing.
boost::system::error_code dig_holes(int fd, off_t from, off_t to);

}  // namespace cflt::in_place
