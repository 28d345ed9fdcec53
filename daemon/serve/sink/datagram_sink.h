// A sink that sends each record as a datagram, to UDP or a unix socket.
//
// It delivers at most once: a datagram that the kernel refuses is dropped and
// counted. It waits for a full socket. A receiver that is not there is tried
// again after a while, and meanwhile records wait in the queue (of a unix
// socket, the kernel says so; of UDP to another host, nobody does). Reconnect
// decides when that is, and which address of the name comes next.
#pragma once

#include <boost/asio/generic/datagram_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "daemon/serve/sink/reconnect.h"
#include "daemon/serve/sink/resolver.h"
#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {

class DatagramSink : public Sink,
                     public std::enable_shared_from_this<DatagramSink> {
 public:
  DatagramSink(boost::asio::io_context& io, const config::Sink& sink,
               std::size_t max_bytes, metrics::Registry& registry);

  void start() override { act(reconnect_.start()); }
  void stop() override;
  void change(const config::Sink& sink, std::size_t max_bytes) override;

 private:
  using Protocol = boost::asio::generic::datagram_protocol;
  using Error = boost::system::error_code;

  void flush() override;
  bool send_once();
  int send_some();
  void count_truncated(std::size_t count);
  bool recover(int error);
  void drop_front();
  void wait_writable();
  bool may_send() const {
    return reconnect_.is_up() && !waits_writable_ && !outbox().empty();
  }
  /// `why` there is no connection, where that is waited for.
  void act(const Reconnect::Action& action, const std::string& why = {});
  void resolve();
  void take_addresses(const Resolver::Found& found);
  void open(const Protocol::endpoint& endpoint);
  void retry_after(Reconnect::Duration delay, const std::string& why);

  Protocol::socket socket_;
  boost::asio::steady_timer timer_;
  std::size_t max_bytes_;                      // of a datagram
  std::vector<Protocol::endpoint> endpoints_;  // of the name
  Reconnect reconnect_;
  bool waits_writable_ = false;
};

}  // namespace cflt::serve::sink
