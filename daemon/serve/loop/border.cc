#include "daemon/serve/loop/border.h"

#include <boost/system/system_error.hpp>
#include <new>
#include <system_error>

#include "daemon/serve/log/limited_log.h"

namespace cflt::serve::loop {

std::string reason_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return "out of memory";
  }
  if (const auto* of_boost =
          dynamic_cast<const boost::system::system_error*>(&error)) {
    return of_boost->code().message();
  }
  if (const auto* of_std = dynamic_cast<const std::system_error*>(&error)) {
    return of_std->code().message();
  }
  return error.what();
}

void tell_of(const char* what, const std::exception& error) noexcept {
  try {
    log::limited(log::Level::kError, what, "", {{"reason", reason_of(error)}});
  } catch (const std::exception&) {  // there is no memory for a line
  }
}

void run_contained(boost::asio::io_context& io) {
  while (!contained("a handler was given up", [&io] { io.run(); })) {
  }
}

}  // namespace cflt::serve::loop
