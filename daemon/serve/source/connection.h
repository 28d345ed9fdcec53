// A connection of a stream source: reads, and hands records on.
//
//   readable ──▶ may_read? ──▶ one recv() ──▶ Intake ──▶ sinks ──▶ readable ...
//                  │ no: a sink is full or behind, or the self-test failed
//                  └──▶ parked until a sink has room: the sender feels it
//
// One read a turn: a busy sender does not keep others waiting, and by its next
// turn more has come (four reads a turn: 0.6 x the throughput). The source
// holds the connection until it has ended.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "daemon/base/descriptor.h"
#include "daemon/serve/source/connection_life.h"
#include "daemon/serve/source/session_clock.h"
#include "daemon/serve/source/source.h"

namespace cflt::serve::source {

class Connection : public Session,
                   public std::enable_shared_from_this<Connection> {
 public:
  /// `on_end` is called once, when the connection has ended.
  Connection(boost::asio::io_context& io, std::shared_ptr<Source> source,
             base::Descriptor socket, std::string peer,
             std::function<void()> on_end);

  void start();
  void drain() override;
  void end(metrics::Closed why) override;
  void check_time(std::chrono::steady_clock::time_point now) override;
  void distrust() override { intake_.distrust(); }

 private:
  using Clock = std::chrono::steady_clock;
  using Socket = boost::asio::generic::stream_protocol::socket;

  bool has_ended() const { return life_.has_ended(); }
  template <class Step>
  void guarded(Step step);
  void break_off();
  void close(metrics::Closed why);
  void wait();
  void park();
  void resume();
  void go_on(ConnectionLife::Next next);
  void read_soon();
  void on_readable();
  bool read_once();
  void take(std::size_t size);
  void tell_opening();
  void tell_end(metrics::Closed why);
  void lose_framing();
  SessionClock::Timeouts timeouts() const;
  SessionClock::Held held() const;
  void release_record(Clock::time_point now);
  void begin_record(Clock::time_point now);
  void hand_on(std::vector<records::Batch>& batches);
  void hold_partial();

  boost::asio::io_context& io_;
  std::shared_ptr<Source> source_;
  Socket socket_;
  std::string peer_;
  std::function<void()> on_end_;
  records::Intake intake_;
  PartialBudget::Share share_;
  std::size_t held_ = 0;
  SessionClock clock_{Clock::now()};
  ConnectionLife life_;
  unsigned generation_;
  framing::Opening told_opening_ = framing::Opening::kUndecided;
  bool has_read_ = false;
};

}  // namespace cflt::serve::source
