// Accepts the connections of one stream source and hands them on.
//
// It never gives up: where descriptors run out it pauses and tries again, and
// leaves a few for files, sinks and whoever asks the admin endpoint how we are.
// It does not know where connections go.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "daemon/descriptor.h"

namespace cflt::daemon {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using OnAccept = std::function<void(Descriptor, const sockaddr_storage&)>;

  /// `socket` listens and does not block.
  Listener(boost::asio::io_context& io, Descriptor socket, OnAccept on_accept);

  void start() { wait(); }
  /// Accepts what the kernel holds, to the last: its peers take themselves for
  /// connected, and may have sent all and gone.
  void take_backlog();
  void stop();
  /// How often descriptors or memory ran out.
  std::uint64_t pauses() const { return pauses_; }

 private:
  enum class Accepted { kOne, kNone, kNotNow };

  Accepted accept_one();
  void wait();
  void pause();
  void accept_some();

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  OnAccept on_accept_;
  std::uint64_t pauses_ = 0;
  bool stopped_ = false;
};

}  // namespace cflt::daemon
