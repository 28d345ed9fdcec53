#include "daemon/serve/worker/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <ctime>
#include <utility>

#include "config/address.h"
#include "config/memory.h"
#include "daemon/base/system_error.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/sink/blackhole_sink.h"
#include "daemon/serve/sink/datagram_sink.h"
#include "daemon/serve/sink/file_sink.h"
#include "daemon/serve/sink/stream_sink.h"
#include "daemon/serve/source/connection.h"
#include "daemon/serve/source/datagram_source.h"
#include "daemon/serve/source/stdin_source.h"

namespace cflt::serve::worker {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::milliseconds kDrainTick{5};
constexpr std::chrono::seconds kSelfTestEvery{30};

/// A worker's blocks and tables take less than is reserved for them.
constexpr std::size_t kSpareBytes = 2 << 20;

}  // namespace

std::size_t partial_bytes_limit(const Plan& plan) {
  const auto need = config::memory_need(
      plan.worker_count, plan.settings.sources, plan.settings.sinks);
  return kSpareBytes +
         config::partial_limit_bytes(need, plan.worker_count,
                                     plan.settings.service.memory_limit_bytes);
}

Worker::Worker(unsigned index)
    : work_(boost::asio::make_work_guard(io_)), timer_(io_) {
  thread_ = std::thread([this, name = fmt::format("worker-{}", index)] {
    ::pthread_setname_np(::pthread_self(), name.c_str());
    loop::run_contained(io_);
  });
}

Worker::~Worker() {
  io_.stop();
  join();
  for (const auto& [name, port] : sources_) port->forget_sessions();
  for (const auto& each : leaving_) each.source->forget_sessions();
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

template <class Task>
void Worker::post(Task task) {
  boost::asio::post(io_, [task = std::move(task)]() mutable {
    loop::contained("a worker's task was given up", task);
  });
}

void Worker::configure(std::shared_ptr<const Plan> plan) {
  post([this, plan = std::move(plan)] { apply(plan); });
}

void Worker::adopt_stream(const std::string& source, base::Descriptor socket,
                          std::string peer, Place place) {
  auto ended = [place = std::move(place),
                mine = take_place(connection_count_)]() mutable {
    mine.reset();
    place.reset();
  };
  post([this, source, fd = std::move(socket), peer = std::move(peer),
        ended = std::move(ended)]() mutable {
    auto port = configured_port(source);
    if (port == nullptr) return;
    const auto connection = std::make_shared<source::Connection>(
        io_, std::move(port), std::move(fd), std::move(peer), std::move(ended));
    const bool started = loop::contained(
        "a connection was closed", [&connection] { connection->start(); });
    if (!started) connection->end(metrics::Closed::kError);
  });
}

Worker::DatagramSocket Worker::open_datagrams(const base::Descriptor& socket) {
  auto fd = base::Descriptor::own(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 3));
  if (fd.get() < 0) {
    throw boost::system::system_error(base::last_system_error());
  }
  DatagramSocket registered(io_, fd.get());
  fd.release();
  return registered;
}

void Worker::adopt_datagrams(const std::string& source, DatagramSocket socket) {
  post([this, source, socket = std::move(socket)]() mutable {
    auto port = configured_port(source);
    if (port == nullptr) return;
    std::make_shared<source::DatagramSource>(io_, std::move(port),
                                             std::move(socket))
        ->start();
  });
}

void Worker::adopt_stdin(const std::string& source,
                         std::function<void()> on_end) {
  post([this, source, on_end = std::move(on_end)] {
    if (stdin_ != nullptr) return;
    auto port = configured_port(source);
    if (port == nullptr) return;
    stdin_ = std::make_shared<source::StdinSource>(io_, std::move(port),
                                                   [this, on_end] {
                                                     stdin_.reset();
                                                     on_end();
                                                   });
    stdin_->start();
  });
}

/// Null where a reload has removed the source: who was to read it ends.
std::shared_ptr<source::SourcePort> Worker::configured_port(
    const std::string& source) {
  const auto known = sources_.find(source);
  if (known != sources_.end()) return known->second;
  log::warn("a source is gone before it could be read", {{"source", source}});
  return nullptr;
}

source::SourcePort& Worker::port_to_configure(const std::string& source) {
  auto& port = sources_[source];
  if (port == nullptr) {
    port =
        std::make_shared<source::SourcePort>(source, registry_, pool_, budget_);
    port->hold(self_test_failed_);
  }
  return *port;
}

void Worker::drain_source(const std::string& source) {
  post([this, source] {
    const auto port = sources_.find(source);
    if (port == sources_.end()) return;
    for (const auto& session : port->second->sessions()) {
      if (session != stdin_) session->drain();  // has the name since now
    }
  });
}

void Worker::reopen_files() {
  post([this] {
    for (const auto& [name, sink] : sinks_) sink->reopen();
  });
}

void Worker::ask_heartbeat(std::uint64_t beat) {
  post([this, beat] { heartbeat_ = beat; });
}

void Worker::apply(std::shared_ptr<const Plan> plan) {
  plan_ = std::move(plan);
  budget_.change_limit(partial_bytes_limit(*plan_));
  make_scanner(*plan_);
  renew_sinks(*plan_);
  renew_sources(*plan_);
  run_self_test();
  wait_tick();
}

/// Without memory for Hyperscan's scratch, the scalar matcher does the work.
void Worker::make_scanner(const Plan& plan) {
  if (scanner_ != nullptr) count_rescued();
  scanner_rescued_ = 0;
  auto made = scan::Scanner::make(plan.families, plan.database);
  if (!made.has_value()) {
    log::error("scanning without SIMD, slower",
               {{"reason", made.error().message}});
    return make_scalar_scanner(plan);
  }
  scanner_ = std::make_shared<scan::Scanner>(std::move(*made));
}

void Worker::make_scalar_scanner(const Plan& plan) {
  auto made = scan::Scanner::make(plan.families, nullptr);
  scanner_ = std::make_shared<scan::Scanner>(std::move(*made));
}

void Worker::renew_sinks(const Plan& plan) {
  std::map<std::string, std::shared_ptr<sink::SinkPort>> renewed;
  for (const config::Sink& sink : plan.settings.sinks) {
    const auto known = sinks_.find(sink.name);
    const auto old = known == sinks_.end() ? nullptr : known->second;
    renewed[sink.name] = renew_sink(old, plan, sink);
  }
  for (const auto& [name, sink] : std::exchange(sinks_, renewed)) {
    const auto now = renewed.find(name);
    if (now == renewed.end() || now->second != sink) retire(sink);
  }
  start_sinks();
}

/// `old`, or another that takes the place of `old`, if there is one.
std::shared_ptr<sink::SinkPort> Worker::renew_sink(
    const std::shared_ptr<sink::SinkPort>& old, const Plan& plan,
    const config::Sink& sink) {
  if (old != nullptr && may_become(old->sink(), sink)) {
    old->change(sink, sink.max_size_bytes / plan.worker_count);
    return old;
  }
  return unstarted_.emplace_back(make_sink(plan, sink));
}

std::shared_ptr<sink::SinkPort> Worker::make_sink(const Plan& plan,
                                                  const config::Sink& sink) {
  const std::size_t share = sink.max_size_bytes / plan.worker_count;
  switch (sink.type) {
    case config::SinkType::kBlackhole:
      return std::make_shared<sink::BlackholeSink>(sink, share, registry_);
    case config::SinkType::kFile:
    case config::SinkType::kStdout:
      return std::make_shared<sink::FileSink>(io_, sink, share, registry_,
                                              plan.writers.at(sink.name));
    case config::SinkType::kLines:
    case config::SinkType::kSyslog:
      break;
  }
  if (config::is_datagram(*sink.address)) {
    return std::make_shared<sink::DatagramSink>(io_, sink, share, registry_);
  }
  return std::make_shared<sink::StreamSink>(io_, sink, share, registry_);
}

void Worker::renew_sources(const Plan& plan) {
  std::map<std::string, std::shared_ptr<source::SourcePort>> leaving = sources_;
  for (const config::Source& source : plan.settings.sources) {
    leaving.erase(source.name);
    std::vector<std::shared_ptr<sink::SinkPort>> sinks;
    for (const config::Sink& sink : plan.settings.sinks) {
      if (std::ranges::find(sink.inputs, source.name) == sink.inputs.end()) {
        continue;
      }
      sinks.push_back(sinks_.at(sink.name));
      sinks.back()->add_source(source.name);
    }
    port_to_configure(source.name)
        .configure(
            source,
            std::make_shared<records::RecordRedactor>(plan.rules, scanner_),
            std::move(sinks));
  }
  move_stdin(plan);
  // The sinks of those that leave may be retired, but not ended before them.
  for (auto& [name, port] : leaving) {
    for (const auto& session : port->sessions()) session->drain();
    leaving_.push_back(
        {port, Clock::now() + plan.settings.service.drain_timeout});
    sources_.erase(name);
  }
}

/// stdin goes on, whatever its source is called now.
void Worker::move_stdin(const Plan& plan) {
  if (stdin_ == nullptr) return;
  const auto found = std::ranges::find(
      plan.settings.sources, config::SourceType::kStdin, &config::Source::type);
  stdin_->move_to(found == plan.settings.sources.end()
                      ? nullptr
                      : configured_port(found->name));
}

void Worker::retire(std::shared_ptr<sink::SinkPort> sink) {
  sink->be_replaced();
  retired_.push_back(
      {std::move(sink), Clock::now() + plan_->settings.service.drain_timeout});
}

void Worker::wait_tick() {
  const bool is_ending = drained_ || !retired_.empty() || !leaving_.empty();
  // Not from now on: reloads may come more often than ticks.
  timer_.expires_at(is_ending ? Clock::now() + kDrainTick
                              : last_check_ + kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    // One that was due when it was cancelled comes without an error.
    if (error || stopped_) return;
    loop::contained("a worker's check was given up", [this] { tick(); });
    wait_tick();
  });
}

void Worker::tick() {
  const auto now = Clock::now();
  if (now - last_check_ >= kTick) check_sessions();
  for (const auto& [name, sink] : sinks_) sink->observe();
  end_leaving();
  end_retired();
  if (now - last_self_test_ >= kSelfTestEvery) run_self_test();
  if (drained_ && is_drained()) std::exchange(drained_, nullptr)();
}

/// What was rescued was scanned, and leaves; but Hyperscan should not fail.
void Worker::count_rescued() {
  const std::uint64_t count = scanner_->rescued_count();
  const std::uint64_t rescued = count - std::exchange(scanner_rescued_, count);
  if (rescued == 0) return;
  rescued_blocks_.add(rescued);
  log::limited(log::Level::kError,
               "Hyperscan failed, blocks were scanned again without SIMD",
               "rescued", {{"blocks", rescued}});
}

void Worker::check_sessions() {
  last_check_ = Clock::now();
  count_rescued();
  for (const auto& [name, port] : sources_) {
    for (const auto& session : port->sessions()) {
      session->check_time(last_check_);
    }
    port->count_stall();
  }
}

void Worker::end_leaving() {
  const auto now = Clock::now();
  std::erase_if(leaving_, [now](const Leaving& each) {
    if (now >= each.until) each.source->abandon();
    return !each.source->has_sessions();
  });
}

/// Sinks of earlier configurations have time to deliver what they took.
void Worker::end_retired() {
  if (!leaving_.empty()) return;  // they may push, and have their own time
  std::erase_if(retired_, [this](const Retired& each) {
    each.sink->finish();
    if (!each.sink->is_finished() && Clock::now() < each.until) return false;
    give_up(*each.sink);
    return true;
  });
  start_sinks();
}

void Worker::start_sinks() {
  std::erase_if(unstarted_, [this](const auto& sink) {
    if (is_behind_another(*sink)) return false;
    sink->start();
    return true;
  });
}

/// To one peer they go one after the other, so that order is kept. Another peer
/// need not wait for one that may be gone.
bool Worker::is_behind_another(const sink::SinkPort& sink) const {
  const auto& address = sink.sink().address;
  for (const Retired& each : retired_) {
    if (each.sink.get() == &sink) return false;
    if (address && each.sink->sink().address == address) return true;
  }
  return false;
}

void Worker::give_up(sink::SinkPort& sink) {
  sink.stop();
  const std::uint64_t count = sink.drop_rest();
  if (count == 0) return;
  if (drained_) dropped_at_stop_ += count;
  log::error("records of a removed sink were not delivered",
             {{"sink", sink.sink().name}, {"records", count}});
}

void Worker::run_self_test() {
  last_self_test_ = Clock::now();
  const std::string problem = SelfTest::run(plan_->rules, scanner_, pool_);
  const bool failed = !problem.empty();
  self_test_counters_.failing.set(failed ? 1 : 0);
  if (failed) {
    self_test_counters_.failures.add(1);
    log::error("the self-test failed: output is stopped",
               {{"reason", problem}});
  } else {
    self_test_counters_.last_success_seconds.set(
        static_cast<std::uint64_t>(::time(nullptr)));
  }
  self_test_failed_ = failed;
  for (const auto& [name, port] : sources_) port->hold(failed);
  for (const auto& each : leaving_) each.source->hold(failed);
  if (failed && stdin_ != nullptr) stdin_->distrust();  // it may be no source's
}

void Worker::drain(std::function<void()> drained) {
  post([this, drained = std::move(drained)] {
    drained_ = drained;
    for (const auto& [name, port] : sources_) {
      for (const auto& session : port->sessions()) session->drain();
    }
    if (stdin_ != nullptr) stdin_->drain();  // it may rest
    tick();
    if (!stopped_) wait_tick();
  });
}

bool Worker::is_drained() {
  const auto has_sessions = [](const auto& entry) {
    return entry.second->has_sessions();
  };
  if (std::ranges::any_of(sources_, has_sessions) || !leaving_.empty() ||
      !retired_.empty()) {
    return false;
  }
  for (const auto& [name, sink] : sinks_) sink->finish();
  return std::ranges::all_of(
      sinks_, [](const auto& entry) { return entry.second->is_finished(); });
}

void Worker::stop() {
  post([this] {
    for (const auto& [name, port] : sources_) port->abandon();
    for (const auto& each : leaving_) each.source->abandon();
    std::uint64_t dropped = 0;
    for (const auto& [name, sink] : sinks_) {
      sink->stop();
      dropped += sink->drop_rest();
    }
    for (const auto& each : retired_) {
      each.sink->stop();
      dropped += each.sink->drop_rest();
    }
    dropped_at_stop_ += dropped;
    stopped_ = true;
    timer_.cancel();
    plan_.reset();  // and its writers, which call us
    io_.stop();     // a name that is being resolved would hold us
    work_.reset();
  });
}

}  // namespace cflt::serve::worker
