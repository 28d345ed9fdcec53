// A bound UDP or unix datagram socket: reads many datagrams at once.
//
// It never waits for a sink: the kernel would drop what comes meanwhile
// without saying so, and a full unix socket would stop every syslog() caller.
// Where a sink is full, records are dropped and counted.
//
//   readable ──▶ a turn: recvmmsg, take, recvmmsg, take ... ──▶ readable ...
//                  │ time is up: the rest waits, others have theirs
//                  └ an error: tried again after a while
#pragma once

#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "core/records/datagram_intake.h"
#include "daemon/serve/log/rate_limiter.h"
#include "daemon/serve/loop/backoff.h"
#include "daemon/serve/source/datagram_life.h"
#include "daemon/serve/source/datagram_slots.h"
#include "daemon/serve/source/source.h"
#include "daemon/serve/source/turn.h"

namespace cflt::serve::source {

class DatagramSource : public Session,
                       public std::enable_shared_from_this<DatagramSource> {
 public:
  using Socket = boost::asio::posix::stream_descriptor;

  DatagramSource(boost::asio::io_context& io, std::shared_ptr<Source> source,
                 Socket socket);
  ~DatagramSource() override;

  void start();
  void drain() override;
  void end(metrics::Closed why) override;
  void check_time(std::chrono::steady_clock::time_point) override {}

 private:
  void wait();
  void take_turn();
  void take_turn_or_go_on();
  void go_on(DatagramLife::Next next);
  void break_off();
  void take_turn_soon();
  bool claim_slots();
  void release_slots();
  DatagramLife::Turned read_until_over(Turn& turn);
  bool read_some(Turn& turn);
  void fail(int error);
  void retry_later();
  void take_until_over(const Turn* turn);
  void take_one(std::int64_t now_ns);
  bool is_whole_and_permitted(const DatagramSlots::Datagram& datagram);
  void refuse(const sockaddr_storage& sender);
  void tell_oversized();

  boost::asio::io_context& io_;
  std::shared_ptr<Source> source_;
  Socket socket_;
  records::DatagramIntake intake_;
  std::size_t slot_bytes_;
  std::shared_ptr<DatagramSlots> slots_;  // while ours lie there
  std::vector<records::Batch> batches_;
  DatagramLife life_;
  boost::asio::steady_timer retry_;
  loop::Backoff backoff_;
  log::RateLimiter refusals_;  // by host
  log::LineLimit oversized_;
  log::LineLimit failures_;
  unsigned generation_;
};

}  // namespace cflt::serve::source
