// stdin as a source: a StdinReader brings one block after the other, which are
// taken on a worker's thread.
//
//   ask ──▶ a block ──▶ take (or park until a sink has room) ──▶ ask ...
//
// stdin is one stream, whatever it is called: a reload that gives its source
// another name, or removes the source and brings one back, only moves it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "daemon/serve/source/source.h"
#include "daemon/serve/source/stdin_reader.h"

namespace cflt::serve::source {

class StdinSource : public Session,
                    public std::enable_shared_from_this<StdinSource> {
 public:
  /// `on_end` is called on the worker, when all of stdin has been handed on, or
  /// it cannot be read any more; not where it was drained or ended before.
  StdinSource(boost::asio::io_context& io, std::shared_ptr<Source> source,
              std::function<void()> on_end);
  ~StdinSource() override;

  void start();
  /// It is that source's from now on; of none (null): nothing more
  /// is read until the next call. A record that is not complete waits, and goes
  /// on there, where the rules of the new source judge it.
  void move_to(std::shared_ptr<Source> source);

  void drain() override;
  void end(metrics::Closed why) override;
  void check_time(std::chrono::steady_clock::time_point) override {}
  void distrust() override { intake_->distrust(); }

 private:
  enum class State {
    kStarting,  // there is no thread that reads yet
    kReading,
    kDraining,  // what waits in stdin is read, and then it ends
    kEnded,
  };

  bool has_ended() const { return state_ == State::kEnded; }
  void rest();
  static void take_soon(const std::weak_ptr<StdinSource>& weak,
                        boost::asio::io_context& io);
  void start_reader();
  void start_reader_later();
  void take();
  void take_or_wait();
  void break_off();
  void take_block();
  void refresh();
  void renew_intake(const records::IntakeOptions& options);
  void hand_on(std::vector<records::Batch>& batches);
  void hurry_reader();
  void tell_what_is_left();

  boost::asio::io_context& io_;
  std::shared_ptr<Source> source_;  // null: no source reads stdin now
  std::function<void()> on_end_;
  std::unique_ptr<records::Intake> intake_;
  framing::Framing framing_;
  unsigned generation_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<StdinReader> reader_;
  State state_ = State::kStarting;
};

}  // namespace cflt::serve::source
