// A sink that writes to a TCP or unix stream, and connects again and again.
//
// It resolves its name anew at each attempt, and tries all its addresses. A new
// connection begins with a whole frame. In the end it is closed when the peer's
// kernel has all: what comes from the peer after that makes ours send a reset,
// and would drop what it still has to send.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/serve/sink/reconnect.h"
#include "daemon/serve/sink/resolver.h"
#include "daemon/serve/sink/sink_port.h"

namespace cflt::serve::sink {

class StreamSink : public SinkPort,
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
  bool waits_writable_ = false;
  bool pause_runs_ = false;
  bool finishing_ = false;
  bool stream_ended_ = false;  // of this connection, as far as we write
  bool peer_speaks_ = false;
  std::optional<std::chrono::steady_clock::time_point> acknowledged_at_;
  std::size_t allowance_bytes_ = 0;  // to be taken before the next pause
};

}  // namespace cflt::serve::sink
