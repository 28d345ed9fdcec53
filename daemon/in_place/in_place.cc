#include "daemon/in_place/in_place.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>

#include "daemon/base/messages.h"
#include "daemon/base/scanning.h"
#include "daemon/filter/metrics_file.h"
#include "daemon/filter/reporter.h"
#include "daemon/in_place/in_place_file.h"

namespace cflt::in_place {
namespace {

std::atomic<int> pending_signal = 0;

void note_signal(int signal) { pending_signal = signal; }

/// What would end the program in the middle of a file is noted instead.
void prepare_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) ::signal(signal, note_signal);
  }
  ::signal(SIGIO, SIG_IGN);    // a broken lease: it is asked for
  ::signal(SIGXFSZ, SIG_IGN);  // write() says so too
  ::signal(SIGPIPE, SIG_IGN);  // of words to nobody; the files come first
}

void end_by(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// False: it was told why.
bool redact_file(InPlaceRun& run, const std::string& path) {
  InPlaceFile file(run, path);
  const Problem problem = file.redact();
  if (!problem.empty()) base::complain(problem);
  if (file.was_replaced() && !run.suffix.empty()) {
    base::complain(fmt::format(
        "{}{}: warning: this copy still holds the secrets", path, run.suffix));
  }
  return problem.empty();
}

bool redact_files(InPlaceRun& run, const filter::FilterOptions& options) {
  const filter::Reporter reporter(run.live, std::nullopt);
  const auto metrics = filter::write_metrics(options.metrics_file, run.live);
  bool all = true;
  for (const std::string& path : options.paths) {
    if (pending_signal == 0) all = redact_file(run, path) && all;
  }
  return all;
}

}  // namespace

base::ExitCode run_in_place(const filter::FilterOptions& options) {
  if (options.ignore_interrupts) ::signal(SIGINT, SIG_IGN);
  if (!filter::MetricsFile::begin(options.metrics_file, options.paths))
    return base::kExitError;
  prepare_signals();
  const stream::Rules rules(options.rules);
  const auto families = forms::families(options.rules.forms);
  auto scanner =
      scan::Scanner::make_late(families, base::share_database(families));
  const auto started = std::chrono::steady_clock::now();
  InPlaceRun run{rules,
                 scanner,
                 options.decompress,
                 options.rewrites_binary,
                 *options.in_place,
                 options.stats != filter::StatsFormat::kNone,
                 [] { return pending_signal != 0; },
                 {},
                 {}};
  const bool all = redact_files(run, options);
  if (pending_signal != 0) end_by(pending_signal);
  run.totals.elapsed = std::chrono::steady_clock::now() - started;
  filter::tell_statistics(run.totals, options.stats);
  return all ? base::kExitClean : base::kExitError;
}

}  // namespace cflt::in_place
