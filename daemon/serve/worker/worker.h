// A worker: one thread, one io_context, its own sinks, sources and scanner.
//
//   control thread ──post──▶ | configure, adopt a connection, drain, ... |
//                            |  io_context: sockets and timers            |
//
// Nothing of a worker is touched by another thread but its counters and its
// heartbeat.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/scan/scanner.h"
#include "daemon/base/descriptor.h"
#include "daemon/serve/metrics/registry.h"
#include "daemon/serve/net/places.h"
#include "daemon/serve/source/partial_budget.h"
#include "daemon/serve/source/source.h"
#include "daemon/serve/worker/pipeline.h"
#include "daemon/serve/worker/plan.h"
#include "daemon/serve/worker/self_test.h"
#include "daemon/serve/worker/sink_factory.h"

namespace cflt::serve::source {
class StdinSource;
}  // namespace cflt::serve::source

namespace cflt::serve::worker {

class Worker {
 public:
  /// Registered with the worker, but not read yet. Closed by any thread.
  using DatagramSocket = boost::asio::posix::stream_descriptor;

  explicit Worker(unsigned index);
  /// Ends the thread.
  ~Worker();

  // From any thread:

  /// The first time and at each reload.
  void configure(std::shared_ptr<const Plan> plan, FileWriters writers);
  /// The place is given back when the connection has ended.
  void adopt_stream(const std::string& source, base::Descriptor socket,
                    std::string peer, net::Place place);
  /// What adopt_datagrams() takes: all of it that can fail. Throws where there
  /// is no descriptor, or epoll takes no more.
  DatagramSocket open_datagrams(const base::Descriptor& socket);
  void adopt_datagrams(const std::string& source, DatagramSocket socket);
  /// Begins to read stdin, unless it is read already: configure() has moved it.
  void adopt_stdin(const std::string& source, std::function<void()> on_end);
  /// Ends the source's sessions when they have read what has arrived.
  void drain_source(const std::string& source);
  void reopen_files();
  /// Ends all sessions, then waits for the sinks; calls `drained`, on the
  /// worker's thread, when nothing is left.
  void drain(std::function<void()> drained);
  /// Gives up what is left; how many records comes from dropped_at_stop().
  void stop();
  /// Waits for the thread to end, after stop().
  void join();
  std::uint64_t dropped_at_stop() const { return dropped_at_stop_; }

  /// Answers when its turn comes: heartbeat() is `beat` then.
  void ask_heartbeat(std::uint64_t beat);
  std::uint64_t heartbeat() const { return heartbeat_; }

  metrics::Registry& registry() { return registry_; }
  /// Blocks that Hyperscan gave up and the scalar matcher scanned.
  std::uint64_t rescued_blocks() const { return rescued_blocks_.get(); }
  const SelfTest::Counters& self_test_counters() const {
    return self_test_counters_;
  }
  std::uint64_t connection_count() const { return *connection_count_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  template <class Task>
  void post(Task task);
  void apply(std::shared_ptr<const Plan> plan, const FileWriters& writers);
  void make_scanner(const Plan& plan);
  void make_scalar_scanner(const Plan& plan);
  void count_rescued();
  void move_stdin(const Plan& plan);
  std::shared_ptr<source::Source> source_to_read(const std::string& name);
  void tick();
  void wait_tick();
  void check_each_second(Time now);
  void run_self_test();

  // Handlers that were never run end with io_, and use these to the last.
  metrics::Registry registry_;
  records::FramePool pool_;
  source::PartialBudget budget_{0};
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<scan::Scanner> scanner_;
  Pipeline pipeline_{registry_, pool_, budget_};
  std::shared_ptr<source::StdinSource> stdin_;  // also while no source reads it
  Time last_check_ = std::chrono::steady_clock::now();
  std::function<void()> drained_;
  SelfTest::Counters self_test_counters_;
  metrics::Counter rescued_blocks_;
  std::uint64_t scanner_rescued_ = 0;  // of scanner_, counted already
  std::chrono::steady_clock::time_point last_self_test_;
  bool stopped_ = false;
  std::atomic<std::uint64_t> heartbeat_ = 0;
  net::PlaceCount connection_count_ = net::make_place_count();
  std::atomic<std::uint64_t> dropped_at_stop_ = 0;
  std::thread thread_;
};

}  // namespace cflt::serve::worker
