// stdin as a source: a thread reads it, because it may be a file or shared
// with others, and hands one block after the other to a worker.
//
//   thread   read ──▶ wait until taken ──▶ read ...
//   worker           take (or park until a sink has room) ──▶ taken
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <semaphore>
#include <thread>

#include "daemon/descriptor.h"
#include "daemon/serve/source_port.h"

namespace cflt::daemon {

class StdinSource : public Session,
                    public std::enable_shared_from_this<StdinSource> {
 public:
  /// `on_end` is called on the worker, when all of stdin has been handed on;
  /// not where it was drained or ended before.
  StdinSource(boost::asio::io_context& io, std::shared_ptr<SourcePort> port,
              std::function<void()> on_end);
  ~StdinSource() override;

  void start();
  void drain() override;
  void end(Closed why) override;
  void check_time(std::chrono::steady_clock::time_point) override {}

 private:
  void read_all();
  bool wait_for_input() const;
  void wake();
  void hand_over(std::size_t size);
  void take();
  void hand_on(std::vector<records::Batch>& batches);

  boost::asio::io_context& io_;
  std::shared_ptr<SourcePort> port_;
  std::function<void()> on_end_;
  records::Intake intake_;
  records::Block block_{records::kBlockBytes / 2};
  std::size_t size_ = 0;  // bytes in block_; 0: the end of stdin
  std::binary_semaphore taken_{0};
  unsigned generation_;
  Descriptor stop_event_;
  bool draining_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace cflt::daemon
