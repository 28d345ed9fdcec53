// A bound UDP or unix datagram socket: reads many datagrams at once.
//
// It never waits for a sink: the kernel would drop what comes meanwhile
// without saying so, and a full unix socket would stop every syslog() caller.
// Where a sink is full, records are dropped and counted.
#pragma once

#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "core/records/datagram_intake.h"
#include "daemon/serve/source_port.h"

namespace cflt::daemon {

class DatagramSource : public Session,
                       public std::enable_shared_from_this<DatagramSource> {
 public:
  using Socket = boost::asio::posix::stream_descriptor;

  DatagramSource(std::shared_ptr<SourcePort> port, Socket socket);

  void start();
  void drain() override;
  void end(Closed why) override;
  void check_time(std::chrono::steady_clock::time_point) override {}

 private:
  struct Slots;

  void wait();
  void read_up_to(int reads);
  std::size_t read_some();
  bool is_taken(std::size_t i);
  void take(std::size_t count);
  void refuse(const sockaddr_storage& sender);

  std::shared_ptr<SourcePort> port_;
  Socket socket_;
  records::DatagramIntake intake_;
  std::size_t slot_bytes_;
  Slots* slots_ = nullptr;  // while it reads
  std::vector<records::Batch> batches_;
  std::size_t turn_bytes_ = 0;
  unsigned generation_;
  bool ended_ = false;
};

}  // namespace cflt::daemon
