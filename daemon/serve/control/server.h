// The daemon: the control thread's part.
//
//   control thread   signals, accepting, admin endpoint, reload, watchdog
//        │ post
//        ▼
//   workers          everything that touches a record
//
// run() returns when the daemon has ended.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/base/exit_code.h"
#include "daemon/serve/admin/admin.h"
#include "daemon/serve/admin/status_page.h"
#include "daemon/serve/control/drain_wait.h"
#include "daemon/serve/control/heartbeat.h"
#include "daemon/serve/control/load_settings.h"
#include "daemon/serve/control/plan_maker.h"
#include "daemon/serve/control/writers.h"
#include "daemon/serve/listen/intake_sockets.h"
#include "daemon/serve/worker/worker.h"

namespace cflt::serve::control {

class Server {
 public:
  /// Reads the settings again from `options` at each SIGHUP.
  explicit Server(const ServeOptions& options);
  ~Server();

  base::ExitCode run(config::Settings settings);

 private:
  /// All of a reload that can fail, made by prepare(); commit() cannot fail.
  /// Destroyed, it leaves everything as it was.
  struct Change {
    std::shared_ptr<const worker::Plan> plan;
    Writers::Change writers;
    bool keeps_admin = false;
    std::unique_ptr<admin::AdminServer> admin;
    std::optional<listen::IntakeSockets::Change> sockets;
  };

  base::Result<std::unique_ptr<admin::AdminServer>> make_admin(
      const config::Address& address);
  base::Result<void> start(config::Settings settings);
  void adopt_stdin();
  void end_with_stdin();

  void wait_signal();
  void on_signal(int signal);
  void reload();
  std::string try_reload();
  base::Result<void> apply(config::Settings settings);
  base::Result<Change> prepare(config::Settings settings);
  void commit(Change change);

  void lose_stdout();
  void drain(const char* reason, DrainWait::Why why);
  void wait_for_sinks();
  std::uint64_t taken_by_sinks() const;
  void worker_drained();
  void stop();
  base::ExitCode finish();

  void beat();
  void ask_heartbeats();
  std::string not_live() const;
  std::string not_ready() const;
  base::Exposition metrics() const;

  ServeOptions options_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer heart_;
  std::shared_ptr<const worker::Plan> plan_;
  Writers writers_;
  std::string stdin_name_;  // of the source that reads it; empty: none
  bool stdin_has_ended_ = false;
  listen::Workers workers_;
  std::unique_ptr<listen::IntakeSockets> sockets_;
  admin::StatusPage status_page_;  // used by admin_
  std::unique_ptr<admin::AdminServer> admin_;
  Heartbeat heartbeat_;
  std::size_t drained_workers_ = 0;
  std::uint64_t reloads_ = 0;
  std::uint64_t failed_reloads_ = 0;
  DrainWait drain_wait_;
  bool stopped_ = false;
  bool output_broken_ = false;
};

}  // namespace cflt::serve::control
