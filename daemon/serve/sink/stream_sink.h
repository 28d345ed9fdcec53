// A sink that writes to a TCP or unix stream, and connects again and again.
//
// NetworkSink connects, trying all addresses of a name. A new connection begins
// with a whole frame. StreamEnd decides when it closes, ReadPacing when sources
// pause.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "daemon/serve/sink/network_sink.h"
#include "daemon/serve/sink/read_pacing.h"
#include "daemon/serve/sink/stream_end.h"

namespace cflt::serve::sink {

class StreamSink : public NetworkSink {
 public:
  StreamSink(boost::asio::io_context& io, const config::Sink& sink,
             std::size_t max_bytes, metrics::Registry& registry);

  void stop() override;
  void finish() override;
  bool is_finished() override;

 private:
  using Protocol = boost::asio::generic::stream_protocol;
  using Error = boost::system::error_code;

  void flush() override;
  void pushed(const records::Batch& batch) override;
  bool is_behind() const override;
  void source_waits() override;
  void end_pause();
  bool may_write() const {
    return reconnect().is_up() && !waits_writable_ && !outbox().empty();
  }
  bool write_once();
  void end_stream();
  void warn_of_loss(const std::string& why);
  void wait_writable();
  void wait_peer();
  void hear_peer();
  /// `error`: why the connection has failed; empty where the peer closed it.
  void end_of_peer(const std::string& error);

  void try_address(std::size_t address) override;
  void give_up_connection() override;
  void limit_attempt();
  void finish_attempt(const Error& error);
  void begin_connection();
  std::shared_ptr<StreamSink> self() {
    return std::static_pointer_cast<StreamSink>(shared_from_this());
  }

  Protocol::socket socket_;
  boost::asio::steady_timer pause_;
  StreamEnd end_;
  ReadPacing pacing_;
  bool waits_writable_ = false;
};

}  // namespace cflt::serve::sink
