#include "daemon/serve/control/server.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "config/memory.h"
#include "config/values.h"
#include "daemon/base/error.h"
#include "daemon/base/messages.h"
#include "daemon/serve/control/loops.h"
#include "daemon/serve/control/metrics.h"
#include "daemon/serve/control/tell_complaints.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/loop/border.h"
#include "daemon/serve/net/notify.h"
#include "daemon/serve/net/sockets.h"
#include "daemon/serve/sink/resolver.h"

namespace cflt::serve::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBeat{1000};

bool is_stdin(const config::Source& source) {
  return source.type == config::SourceType::kStdin;
}

}  // namespace

Server::Server(const ServeOptions& options)
    : options_(options),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      deadline_(io_),
      heart_(io_),
      writers_([this] { boost::asio::post(io_, [this] { lose_stdout(); }); },
               [this] {
                 boost::asio::post(io_, [this] { writers_.end_unused(); });
               }),
      heartbeat_(Clock::now()) {}

Server::~Server() {
  writers_.end();  // they call the workers
}

base::ExitCode Server::run(config::Settings settings) {
  log::open({settings.service.log_level, settings.service.log_format});
  const auto started =
      loop::failing<base::Error>([&] { return start(std::move(settings)); });
  if (!started.has_value()) {
    log::close();
    base::complain(started.error().message);
    return base::kExitError;
  }
  loop::run_contained(io_);
  return finish();
}

base::Result<void> Server::start(config::Settings settings) {
  const unsigned count = settings.service.workers;
  for (unsigned i = 0; i < count; ++i) {
    workers_.push_back(std::make_unique<worker::Worker>(i));
  }
  sockets_ = std::make_unique<listen::IntakeSockets>(io_, workers_);
  if (auto applied = apply(std::move(settings)); !applied.has_value()) {
    return applied.error();
  }
  wait_signal();
  heartbeat_ = Heartbeat(Clock::now());
  beat();
  net::notify::ready();
  log::info("started", {{"workers", count}});
  return {};
}

base::Result<std::unique_ptr<admin::AdminServer>> Server::make_admin(
    const config::Address& address) {
  auto listening = admin::AdminServer::listen(
      io_, address.host, address.port,
      {[this] { return metrics().text(); },
       [this] { return status_page_.render(metrics(), not_ready()); },
       [this] { return not_live(); }, [this] { return not_ready(); }});
  if (listening.has_value()) return std::move(*listening);
  return base::Error{fmt::format("service.admin: {}: {}", to_string(address),
                                 listening.error().message())};
}

/// All or nothing.
base::Result<void> Server::apply(config::Settings settings) {
  auto change =
      loop::failing<base::Error>([&] { return prepare(std::move(settings)); });
  if (!change.has_value()) return change.error();
  commit(std::move(*change));
  return {};
}

base::Result<Server::Change> Server::prepare(config::Settings settings) {
  const bool has_database = plan_ && plan_->database != nullptr;
  const PlanMaker maker(static_cast<unsigned>(workers_.size()));
  auto plan = maker.make(std::move(settings), has_database);
  if (!plan.has_value()) return plan.error();
  Change change;
  change.plan = std::move(*plan);
  auto writers = writers_.prepare(change.plan->settings.sinks);
  if (!writers.has_value()) return writers.error();
  change.writers = std::move(*writers);
  const config::Settings& wanted = change.plan->settings;
  const auto& admin = wanted.service.admin;
  change.keeps_admin = plan_ && plan_->settings.service.admin == admin;
  if (admin && !change.keeps_admin) {
    auto made = make_admin(*admin);
    if (!made.has_value()) return made.error();
    change.admin = std::move(*made);
  }
  auto sockets = sockets_->prepare(wanted);
  if (!sockets.has_value()) return sockets.error();
  change.sockets.emplace(std::move(*sockets));
  return change;
}

void Server::commit(Change change) {
  plan_ = std::move(change.plan);
  const worker::FileWriters& writers =
      writers_.commit(std::move(change.writers));
  if (!change.keeps_admin) admin_ = std::move(change.admin);
  sockets_->take_backlogs(*change.sockets);
  for (auto& worker : workers_) worker->configure(plan_, writers);
  sockets_->serve(plan_->settings, std::move(*change.sockets));
  adopt_stdin();
}

/// Reads stdin where the settings begin to name it, or by another name. When it
/// ends and nothing else is a source, there is nothing left to do.
void Server::adopt_stdin() {
  const auto& sources = plan_->settings.sources;
  const auto found = std::ranges::find_if(sources, is_stdin);
  const std::string name = found == sources.end() ? "" : found->name;
  const bool is_known = name == std::exchange(stdin_name_, name);
  if (is_known || name.empty()) return end_with_stdin();
  stdin_has_ended_ = false;  // or it is told again
  workers_[0]->adopt_stdin(name, [this] {
    boost::asio::post(io_, [this] {
      stdin_has_ended_ = true;
      end_with_stdin();
    });
  });
}

void Server::end_with_stdin() {
  if (stdin_has_ended_ &&
      std::ranges::all_of(plan_->settings.sources, is_stdin)) {
    drain("stdin has ended", DrainWait::Why::kEndOfInput);
  }
}

void Server::wait_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int sig) {
    if (error) return;
    loop::contained("a signal was given up", [&] { on_signal(sig); });
    if (!stopped_) wait_signal();
  });
}

void Server::on_signal(int signal) {
  if (signal == SIGHUP) return reload();
  drain(signal == SIGTERM ? "SIGTERM" : "SIGINT", DrainWait::Why::kSignal);
}

/// On any error the old configuration goes on.
void Server::reload() {
  if (drain_wait_.has_begun()) return;
  net::notify::reloading();
  for (auto& worker : workers_) worker->reopen_files();
  std::string problem;
  try {
    problem = try_reload();
  } catch (const std::exception& error) {
    problem = loop::reason_of(error);
  }
  if (problem.empty()) {
    ++reloads_;
    log::info("reloaded");
  } else {
    ++failed_reloads_;
    log::error("not reloaded, the old configuration goes on",
               {{"reason", problem}});
  }
  net::notify::ready();
}

/// Why not; empty: done.
std::string Server::try_reload() {
  auto loaded = load_settings(options_, true);
  log_complaints(loaded);
  auto& settings = loaded.settings;
  if (!settings) return "the configuration is not valid";
  if (settings->service.workers != workers_.size()) {
    log::warn("service.workers takes effect with the next start");
  }
  const auto service = settings->service;
  const auto applied = apply(std::move(*settings));
  if (!applied.has_value()) return applied.error().message;
  log::change(service.log_level, service.log_format);
  return {};
}

/// Nobody will ever read what is written.
void Server::lose_stdout() {
  output_broken_ = true;
  drain("stdout has no reader any more", DrainWait::Why::kNoReader);
}

void Server::drain(const char* reason, DrainWait::Why why) {
  const auto action =
      drain_wait_.end(why, plan_->settings.service.drain_timeout, Clock::now());
  if (action == DrainWait::Action::kGiveUp) return stop();
  const bool is_first = action == DrainWait::Action::kBegin;
  if (is_first || why == DrainWait::Why::kSignal) {
    log::info("draining", {{"reason", reason}});
  }
  if (!is_first) return;
  net::notify::stopping();
  sockets_->stop();
  for (auto& worker : workers_) {
    worker->drain(
        [this] { boost::asio::post(io_, [this] { worker_drained(); }); });
  }
  wait_for_sinks();
}

void Server::wait_for_sinks() {
  deadline_.expires_after(drain_wait_.interval());
  deadline_.async_wait([this](const boost::system::error_code& error) {
    if (error || stopped_) return;
    const auto action = drain_wait_.look(taken_by_sinks(), Clock::now());
    if (action == DrainWait::Action::kWait) return wait_for_sinks();
    log::warn("drain_timeout has passed");
    stop();
  });
}

std::uint64_t Server::taken_by_sinks() const {
  std::uint64_t taken = 0;
  for (const auto& worker : workers_) {
    worker->registry().for_each_sink(
        [&taken](const std::string&, const metrics::SinkCounters& counters) {
          taken += counters.taken.get();
        });
  }
  return taken;
}

void Server::worker_drained() {
  if (++drained_workers_ == workers_.size()) stop();
}

void Server::stop() {
  if (std::exchange(stopped_, true)) return;
  for (auto& worker : workers_) worker->stop();
  signals_.cancel();
  deadline_.cancel();
  heart_.cancel();
  admin_.reset();
}

/// The control thread has nothing to do any more.
base::ExitCode Server::finish() {
  std::uint64_t dropped = 0;
  for (auto& worker : workers_) {
    worker->join();
    dropped += worker->dropped_at_stop();
  }
  for (const auto& [source, count] : sockets_->kernel_drops()) {
    if (count == 0) continue;
    log::warn("the kernel dropped datagrams",
              {{"source", source}, {"datagrams", count}});
  }
  if (dropped > 0) {
    log::error("records were not delivered", {{"records", dropped}});
  }
  log::info("ended");
  const base::ExitCode code =
      dropped > 0 || output_broken_ ? base::kExitError : base::kExitClean;
  writers_.end();  // they call the workers
  log::close();
  if (sink::resolver().pending_count() > 0) std::_Exit(code);
  workers_.clear();
  return code;
}

void Server::beat() {
  loop::contained("a heartbeat was given up", [this] { ask_heartbeats(); });
  writers_.end_unused();
  const auto wanted = net::notify::watchdog_interval();
  heart_.expires_after(wanted && *wanted < kBeat ? Clock::duration(*wanted)
                                                 : Clock::duration(kBeat));
  heart_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopped_) beat();
  });
}

/// Every worker is asked to answer; the watchdog hears of it when all have.
void Server::ask_heartbeats() {
  const std::uint64_t asked = heartbeat_.beat();
  const bool all_answered = std::ranges::all_of(
      workers_, [asked](const auto& w) { return w->heartbeat() == asked; });
  if (!all_answered) return;
  heartbeat_.all_answered(Clock::now());
  net::notify::ping();
  for (auto& worker : workers_) worker->ask_heartbeat(heartbeat_.beat());
}

std::string Server::not_live() const {
  return heartbeat_.is_stuck(Clock::now()) ? "a worker does not move" : "";
}

std::string Server::not_ready() const {
  if (drain_wait_.has_begun()) return "draining";
  for (const auto& worker : workers_) {
    const auto& self_test = worker->self_test_counters();
    if (self_test.failing.get() > 0) return "the self-test failed";
    if (self_test.last_success_seconds.get() == 0) return "starting";
  }
  return not_live();
}

base::Exposition Server::metrics() const {
  ControlCounts control{sockets_->registry(), plan_->settings};
  control.kernel_drops = sockets_->kernel_drops();
  control.accept_pauses = sockets_->accept_pauses();
  control.reloads = reloads_;
  control.failed_reloads = failed_reloads_;
  return metrics_of(workers_, control);
}

}  // namespace cflt::serve::control
