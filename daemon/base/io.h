// What the system's calls leave to be done by hand.
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>

#include <boost/system/error_code.hpp>
#include <span>
#include <string_view>

#include "core/outgoing.h"

namespace cflt::base {

/// All of it, to a descriptor that blocks.
boost::system::error_code write_all(int fd, std::span<const char> bytes);

/// The first 1,024 pieces (IOV_MAX of Linux) for one writev() or sendmsg().
/// Valid until the next call in this thread.
std::span<iovec> to_vectors(std::span<const Outgoing> pieces);

/// Whether two names, or two descriptors, are of one file.
bool is_same_file(const struct stat& one, const struct stat& other);
/// False also where one of them is not open.
bool is_same_file(int one, int other);

/// To stdout, through to the system. False: it was told why it cannot be.
bool print(std::string_view text);

}  // namespace cflt::base
