// Accepts the connections of one stream source and hands them on.
//
// It has its source's settings itself: a callback that had to look them up
// could find that its caller has removed them. It never gives up: AcceptPace
// says when it pauses. It does not know where connections go.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "config/settings.h"
#include "daemon/base/descriptor.h"
#include "daemon/serve/listen/accept_pace.h"
#include "daemon/serve/metrics/counters.h"
#include "daemon/serve/net/places.h"

namespace cflt::serve::listen {

/// A stream source as its listeners know it. Not changed: a reload that renames
/// or changes the source makes another.
struct Entrance {
  config::Source source;
  /// Those that the control thread writes; they outlive it.
  metrics::SourceCounters* counters = nullptr;
  /// Connections of the source, in all workers; those of earlier entrances by
  /// its name are among them.
  net::PlaceCount open_count;
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// The entrance is there until it returns, whatever it does.
  using OnAccept = std::function<void(const Entrance&, base::Descriptor,
                                      const sockaddr_storage&)>;

  /// `socket` listens and does not block. Throws where epoll takes no more.
  Listener(boost::asio::io_context& io, base::Descriptor socket,
           OnAccept on_accept);

  /// Who is accepted from now on comes in by it. Before start().
  void serve(std::shared_ptr<const Entrance> entrance) {
    entrance_ = std::move(entrance);
  }

  void start() { wait(); }
  /// Accepts what the kernel holds, to the last: its peers take themselves for
  /// connected, and may have sent all and gone.
  void take_backlog();
  void stop();
  /// How often descriptors or memory ran out.
  std::uint64_t pauses() const { return pace_.pauses(); }

 private:
  struct Attempt {
    Accepted accepted;
    int error = 0;  // where it failed
  };

  Attempt accept_one();
  void hand_on(base::Descriptor connection, const sockaddr_storage& peer);
  void wait();
  void accept_some();
  bool go_on(const Attempt& attempt);
  void pause(int error);

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  OnAccept on_accept_;
  std::shared_ptr<const Entrance> entrance_;
  AcceptPace pace_;
  bool stopped_ = false;
};

}  // namespace cflt::serve::listen
