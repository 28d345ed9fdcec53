#include "daemon/serve/worker/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <ctime>
#include <utility>

#include "daemon/base/system_error.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/source/connection.h"
#include "daemon/serve/source/datagram_source.h"
#include "daemon/serve/source/stdin_source.h"

namespace cflt::serve::worker {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::milliseconds kDrainTick{5};
constexpr std::chrono::seconds kSelfTestEvery{30};

}  // namespace

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

void Worker::configure(std::shared_ptr<const Plan> plan, FileWriters writers) {
  post([this, plan = std::move(plan), writers = std::move(writers)] {
    apply(plan, writers);
  });
}

void Worker::adopt_stream(const std::string& source, base::Descriptor socket,
                          std::string peer, net::Place place) {
  auto ended = [place = std::move(place),
                mine = net::take_place(connection_count_)]() mutable {
    mine.reset();
    place.reset();
  };
  post([this, source, fd = std::move(socket), peer = std::move(peer),
        ended = std::move(ended)]() mutable {
    auto found = source_to_read(source);
    if (found == nullptr) return;
    const auto connection = std::make_shared<source::Connection>(
        io_, std::move(found), std::move(fd), std::move(peer),
        std::move(ended));
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
    auto found = source_to_read(source);
    if (found == nullptr) return;
    std::make_shared<source::DatagramSource>(io_, std::move(found),
                                             std::move(socket))
        ->start();
  });
}

void Worker::adopt_stdin(const std::string& source,
                         std::function<void()> on_end) {
  post([this, source, on_end = std::move(on_end)] {
    if (stdin_ != nullptr) return;
    auto found = source_to_read(source);
    if (found == nullptr) return;
    stdin_ = std::make_shared<source::StdinSource>(io_, std::move(found),
                                                   [this, on_end] {
                                                     stdin_.reset();
                                                     on_end();
                                                   });
    stdin_->start();
  });
}

/// Null where a reload has removed the source: who was to read it ends.
std::shared_ptr<source::Source> Worker::source_to_read(
    const std::string& name) {
  auto found = pipeline_.find_source(name);
  if (found == nullptr) {
    log::warn("a source is gone before it could be read", {{"source", name}});
  }
  return found;
}

void Worker::drain_source(const std::string& source) {
  post([this, source] {
    for (const auto& session : pipeline_.sessions_of(source)) {
      if (session != stdin_) session->drain();  // has the name since now
    }
  });
}

void Worker::reopen_files() {
  post([this] { pipeline_.reopen_files(); });
}

void Worker::ask_heartbeat(std::uint64_t beat) {
  post([this, beat] { heartbeat_ = beat; });
}

void Worker::apply(std::shared_ptr<const Plan> plan,
                   const FileWriters& writers) {
  plan_ = std::move(plan);
  budget_.change_limit(partial_bytes_limit(*plan_));
  make_scanner(*plan_);
  const auto make = [&](const config::Sink& sink) {
    return make_sink(io_, sink, buffer_share(*plan_, sink), registry_, writers);
  };
  pipeline_.apply(*plan_, scanner_, make, Clock::now());
  move_stdin(*plan_);
  pipeline_.let_leave();
  run_self_test();
  wait_tick();
}

/// Without memory for Hyperscan's scratch, the scalar matcher does the work.
void Worker::make_scanner(const Plan& plan) {
  if (scanner_ != nullptr) count_rescued();
  scanner_rescued_ = 0;
  auto made = scan::Scanner::make(plan.families(), plan.database);
  if (!made.has_value()) {
    log::error("scanning without SIMD, slower",
               {{"reason", made.error().message}});
    return make_scalar_scanner(plan);
  }
  scanner_ = std::make_shared<scan::Scanner>(std::move(*made));
}

void Worker::make_scalar_scanner(const Plan& plan) {
  auto made = scan::Scanner::make(plan.families(), nullptr);
  scanner_ = std::make_shared<scan::Scanner>(std::move(*made));
}

/// stdin goes on, whatever its source is called now.
void Worker::move_stdin(const Plan& plan) {
  if (stdin_ == nullptr) return;
  const auto found = std::ranges::find(
      plan.settings.sources, config::SourceType::kStdin, &config::Source::type);
  stdin_->move_to(found == plan.settings.sources.end()
                      ? nullptr
                      : source_to_read(found->name));
}

void Worker::wait_tick() {
  const bool is_ending = drained_ || pipeline_.is_ending();
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
  if (now - last_check_ >= kTick) check_each_second(now);
  pipeline_.tick(now);
  if (now - last_self_test_ >= kSelfTestEvery) run_self_test();
  if (drained_ && pipeline_.is_drained()) std::exchange(drained_, nullptr)();
}

void Worker::check_each_second(Time now) {
  last_check_ = now;
  count_rescued();
  pipeline_.check_sessions(now);
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
  pipeline_.hold(failed);
  if (failed && stdin_ != nullptr) stdin_->distrust();  // it may be no source's
}

void Worker::drain(std::function<void()> drained) {
  post([this, drained = std::move(drained)] {
    drained_ = drained;
    pipeline_.drain();
    if (stdin_ != nullptr) stdin_->drain();  // it may rest
    tick();
    if (!stopped_) wait_tick();
  });
}

void Worker::stop() {
  post([this] {
    dropped_at_stop_ = pipeline_.stop();
    stopped_ = true;
    timer_.cancel();
    io_.stop();  // a name that is being resolved would hold us
    work_.reset();
  });
}

}  // namespace cflt::serve::worker
