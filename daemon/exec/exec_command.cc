#include "daemon/exec/exec_command.h"

#include <signal.h>
#include <unistd.h>

#include <exception>
#include <memory>

#include "daemon/base/messages.h"
#include "daemon/exec/child.h"
#include "daemon/exec/child_streams.h"
#include "daemon/exec/control.h"
#include "daemon/exec/inherited.h"
#include "daemon/exec/signals.h"
#include "daemon/exec/terminal.h"
#include "daemon/filter/metrics_file.h"
#include "daemon/filter/reporter.h"

namespace cflt::exec {
namespace {

/// A broken invariant ends one stream's scanning, not the child.
void on_abort(int) {
  ChildStream::outlive_abort();
  ChildTerminal::restore();
  ::_exit(base::kExitInternal);
}

/// The child has them. As long as we held them too, a pipe's other end would
/// not see it close its own.
void let_go(const std::vector<int>& descriptors, bool needs_stdin) {
  for (const int fd : descriptors) ::close(fd);
  if (needs_stdin) return;
  ::close(STDIN_FILENO);
  base::occupy_standard_descriptors();
}

std::unique_ptr<filter::MetricsFile> write_metrics(
    const ExecOptions& options, const ChildStreams& streams) {
  if (!options.metrics_file) return nullptr;
  return std::make_unique<filter::MetricsFile>(
      *options.metrics_file, [&streams] { return streams.live_statistics(); });
}

base::ExitCode refuse(const ExecOptions& options,
                      const boost::system::error_code& error) {
  ChildTerminal::restore();
  base::complain_about(options.command.front(), error);
  return static_cast<base::ExitCode>(exit_status_of_failed_start(error));
}

}  // namespace

base::ExitCode run_exec(const ExecOptions& options) {
  const auto inherited = open_descriptors();
  const auto outputs = options.output ? std::vector{*options.output}
                                      : std::vector<std::string>{};
  if (!filter::MetricsFile::begin(options.metrics_file, outputs))
    return base::kExitError;
  SignalInbox inbox;
  ::signal(SIGABRT, on_abort);
  std::unique_ptr<ChildTerminal> terminal;
  if (options.terminal) {
    terminal = std::make_unique<ChildTerminal>(!options.output);
  }
  ChildStreams streams(options, terminal.get());
  if (const auto problem = streams.prepare()) return *problem;
  // All that can fail of ours comes before there is a child; and our terminal
  // is raw before the first line is shown.
  if (terminal) terminal->connect();
  streams.start();
  const auto metrics = write_metrics(options, streams);
  const auto child = start_child(streams.plan(), [&](pid_t pid) {
    pass_on_early(inbox, pid, options.ignore_interrupts);
    if (terminal) terminal->resume();  // of both we may just have been told
    if (terminal) terminal->resize();
  });
  streams.close_its_ends();
  if (!child.has_value()) return refuse(options, child.error());
  let_go(inherited, terminal && terminal->takes_stdin());
  const int status =
      Control(options, *child, inbox, streams, terminal.get()).run_to_end();
  terminal.reset();
  end_when_asked(inbox, status);  // our stderr may be full
  streams.tell_discarded();
  filter::tell_statistics(streams.statistics(), options.stats);
  return static_cast<base::ExitCode>(status);
}

}  // namespace cflt::exec
