// Names to addresses, in threads of its own: getaddrinfo(3) takes as long as a
// name server likes, and cannot be interrupted.
//
//   resolve() ──▶ waiting ──▶ a thread for each name, up to a number ──▶ post()
//
// A name that nobody answers holds one thread, however many ask for it, and no
// other name until as many hang as there are threads. (Asio has one thread for
// all names of an io_context.) Threads end when nothing waits. Any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cflt::serve::sink {

class Resolver {
 public:
  /// Why there are none, in a few words, or at least one.
  struct Found {
    std::string problem;
    std::vector<boost::asio::ip::address> addresses;
  };
  using Lookup = std::function<Found(const std::string& host)>;
  using Answer = std::function<void(const Found&)>;

  /// `lookup` may block; called by up to `max_threads` threads at once, which
  /// outlive this.
  Resolver(Lookup lookup, unsigned max_threads);

  /// Posts `answer` to `executor`, whose context must be there until then. An
  /// address is its own answer.
  void resolve(const boost::asio::any_io_executor& executor,
               const std::string& host, Answer answer);

  /// Answers that were not posted yet. Who would end the context of one ends
  /// the process instead.
  unsigned pending_count() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// That of the process: by getaddrinfo(3), up to 16 names at once.
Resolver& resolver();

}  // namespace cflt::serve::sink
