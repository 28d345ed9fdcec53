// Why a system call has failed.
#pragma once

#include <boost/system/error_code.hpp>
#include <cerrno>

namespace cflt::base {

/// Of an errno; 0 is no error.
inline boost::system::error_code system_error(int number) {
  return {number, boost::system::system_category()};
}

/// Of the call that has just failed.
inline boost::system::error_code last_system_error() {
  return system_error(errno);
}

}  // namespace cflt::base
