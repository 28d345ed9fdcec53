// A sink that writes to a TCP or unix stream, and connects again and again.
//
// It resolves its name anew at each attempt, and tries all its addresses. A new
// connection begins with a whole frame. Reconnect decides when it connects,
// StreamEnd when it closes, ReadPacing when sources pause.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "daemon/serve/sink/read_pacing.h"
#include "daemon/serve/sink/reconnect.h"
#include "daemon/serve/sink/resolver.h"
#include "daemon/serve/sink/sink.h"
#include "daemon/serve/sink/stream_end.h"

namespace cflt::serve::sink {

class StreamSink : public Sink,
                   public std::enable_shared_from_this<StreamSink> {
 public:
  StreamSink(boost::asio::io_context& io, const config::Sink& sink,
             std::size_t max_bytes, metrics::Registry& registry);

  void start() override { act(reconnect_.start()); }
  void stop() override;
  void finish() override;
  bool is_finished() override;
  void change(const config::Sink& sink, std::size_t max_bytes) override;

 private:
  using Protocol = boost::asio::generic::stream_protocol;
  using Error = boost::system::error_code;

  void flush() override;
  void pushed(const records::Batch& batch) override;
  bool is_behind() const override;
  void source_waits() override;
  void end_pause();
  bool may_write() const {
    return reconnect_.is_up() && !waits_writable_ && !outbox().empty();
  }
  bool write_once();
  void end_stream();
  void warn_of_loss(const std::string& why);
  void wait_writable();
  void wait_peer();
  void hear_peer();
  /// `error`: why the connection has failed; empty where the peer closed it.
  void end_of_peer(const std::string& error);

  /// `why` there is no connection, where that is waited for.
  void act(const Reconnect::Action& action, const std::string& why = {});
  void resolve();
  void take_addresses(const Resolver::Found& found);
  void attempt(const Protocol::endpoint& endpoint);
  void limit_attempt();
  void finish_attempt(const Error& error);
  void begin_connection();
  void retry_after(Reconnect::Duration delay, const std::string& why);

  Protocol::socket socket_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer pause_;
  std::vector<Protocol::endpoint> endpoints_;  // of the name
  Reconnect reconnect_;
  StreamEnd end_;
  ReadPacing pacing_;
  bool waits_writable_ = false;
};

}  // namespace cflt::serve::sink
