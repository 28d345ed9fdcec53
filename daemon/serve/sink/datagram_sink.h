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
#include <memory>

#include "daemon/serve/sink/network_sink.h"

namespace cflt::serve::sink {

class DatagramSink : public NetworkSink {
 public:
  DatagramSink(boost::asio::io_context& io, const config::Sink& sink,
               std::size_t max_bytes, metrics::Registry& registry);

  void stop() override;

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
    return reconnect().is_up() && !waits_writable_ && !outbox().empty();
  }
  void try_address(std::size_t address) override;
  std::shared_ptr<DatagramSink> self() {
    return std::static_pointer_cast<DatagramSink>(shared_from_this());
  }

  Protocol::socket socket_;
  std::size_t max_bytes_;  // of a datagram
  bool waits_writable_ = false;
};

}  // namespace cflt::serve::sink
