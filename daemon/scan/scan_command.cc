#include "daemon/scan/scan_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string_view>
#include <thread>

#include "daemon/messages.h"
#include "daemon/scan/scan_worker.h"
#include "daemon/scan/summary.h"
#include "daemon/scanning.h"
#include "daemon/serve/cgroup.h"

namespace cflt::daemon {
namespace {

using Clock = std::chrono::steady_clock;

bool is_colored(ColorChoice choice) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

ReportFormat format_of(const ScanOptions& options) {
  if (options.json) return ReportFormat::kJson;
  return is_colored(options.color) ? ReportFormat::kColorText
                                   : ReportFormat::kText;
}

/// One for each thread that can run at once, where there is work for several.
unsigned worker_count_for(const std::vector<std::string>& paths) {
  std::error_code error;
  const bool is_one_file =
      paths.size() == 1 && !std::filesystem::is_directory(paths[0], error);
  return is_one_file ? 1 : worker_count_for_this_machine();
}

/// What all workers share, and the workers.
class Scan {
 public:
  Scan(const ScanOptions& options, std::vector<std::string> paths)
      : rules_(options.rules),
        count_(worker_count_for(paths)),
        queue_(std::move(paths)) {}

  /// False: no scanning is possible; it was told why.
  bool prepare(ReportFormat format, Decompress decompress);
  void run();

  const OrderedOutput& output() const { return output_; }
  bool has_findings() const {
    return std::ranges::any_of(workers_, &ScanWorker::has_findings);
  }
  ScanSummary summary() const;

 private:
  stream::Rules rules_;
  unsigned count_;
  WalkQueue queue_;
  OrderedOutput output_;
  std::deque<scan::Scanner> scanners_;
  std::deque<ScanWorker> workers_;
  Clock::time_point started_ = Clock::now();
};

bool Scan::prepare(ReportFormat format, Decompress decompress) {
  const auto families = forms::families(rules_.options.forms);
  const auto database = make_database(families);
  for (unsigned i = 0; i < count_; ++i) {
    auto scanner = make_scanner(families, database);
    if (!scanner) return false;
    scanners_.push_back(std::move(*scanner));
    workers_.emplace_back(rules_, scanners_.back(), format, decompress, queue_,
                          output_);
  }
  return true;
}

void Scan::run() {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers_.size(); ++i) {
    threads.emplace_back([&worker = workers_[i]] { worker.run(); });
  }
  workers_.front().run();
  threads.clear();  // joins them
  output_.close();
}

ScanSummary Scan::summary() const {
  ScanSummary summary;
  for (const ScanWorker& worker : workers_) {
    summary.files += worker.file_count();
    summary.totals.bytes += worker.examiner().bytes();
    summary.totals.counts += worker.examiner().counts();
  }
  summary.totals.elapsed = Clock::now() - started_;
  summary.not_looked_into = output_.problems().size();
  summary.links = queue_.link_count();
  return summary;
}

void tell_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    complain(fmt::format("not looked into: {}", problem));
  }
  if (problems.empty()) return;
  complain(fmt::format("{} {} not looked into", problems.size(),
                       problems.size() == 1 ? "path was" : "paths were"));
}

void tell_summary(const ScanSummary& summary, StatsFormat format) {
  if (format == StatsFormat::kText) tell(to_text(summary));
  if (format == StatsFormat::kJson) tell(to_json(summary));
}

}  // namespace

ExitCode run_scan(const ScanOptions& options) {
  Scan scan(options, options.paths.empty() ? std::vector<std::string>{"-"}
                                           : options.paths);
  if (!scan.prepare(format_of(options), options.decompress))
    return kExitInternal;
  scan.run();
  const OrderedOutput& output = scan.output();
  tell_problems(output.problems());
  tell_summary(scan.summary(), options.stats);
  if (output.is_broken() || output.has_failure() ||
      (options.strict && !output.problems().empty())) {
    return kExitError;
  }
  return scan.has_findings() ? kExitFound : kExitClean;
}

}  // namespace cflt::daemon
