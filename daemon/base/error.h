// What a start or a reload could not have, and why.
#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace cflt::base {

/// In one line, which names what it is about.
struct Error {
  std::string message;
  int code = 0;  // an errno, where there is one
};

/// A value, or why there is none.
template <class Value>
using Result = boost::system::result<Value, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location&);

}  // namespace cflt::base
