// What the system's calls leave to be done by hand.
#pragma once

#include <sys/stat.h>

#include <boost/system/error_code.hpp>
#include <span>
#include <string_view>

namespace cflt::base {

/// All of it, to a descriptor that blocks.
boost::system::error_code write_all(int fd, std::span<const char> bytes);

/// Whether two names, or two descriptors, are of one file.
bool is_same_file(const struct stat& one, const struct stat& other);
/// False also where one of them is not open.
bool is_same_file(int one, int other);

/// To stdout, through to the system. False: it was told why it cannot be.
bool print(std::string_view text);

}  // namespace cflt::base
