// Where exceptions end: each handler of an event loop has one border.
//
// Steady state has outcomes. What still throws is std::thread (no more
// threads), Asio (no more descriptors, or watches of epoll) and operator new.
// At its border a handler gives up what it was at: a connection is closed, a
// reload refused, an attempt tried again later. It is told, and the thread goes
// on.
#pragma once

#include <boost/asio/io_context.hpp>
#include <exception>
#include <string>

namespace cflt::serve::loop {

/// In a few words, without where in a library it was thrown.
std::string reason_of(const std::exception& error);

/// A line of the log, `what` and why; not more than one a minute of the same.
void tell_of(const char* what, const std::exception& error) noexcept;

/// Does `work`. False: it threw, and `what`, which says what comes of that, was
/// told.
template <class Work>
bool contained(const char* what, Work&& work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    tell_of(what, error);
    return false;
  }
}

/// What `make` gives, or, where it throws, a Failure of that reason.
template <class Failure, class Make>
auto failing(Make&& make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::exception& error) {
    return Failure{reason_of(error)};
  }
}

/// Runs `io` to its end. Handlers without a border of their own have this one.
void run_contained(boost::asio::io_context& io);

}  // namespace cflt::serve::loop
