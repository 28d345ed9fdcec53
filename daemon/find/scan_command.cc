#include "daemon/find/scan_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>

#include "daemon/base/cgroup.h"
#include "daemon/base/host_and_time.h"
#include "daemon/base/messages.h"
#include "daemon/base/scanning.h"
#include "daemon/filter/reporter.h"
#include "daemon/find/sarif.h"
#include "daemon/find/scan_worker.h"
#include "daemon/find/summary.h"

namespace cflt::find {
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
  if (options.format == OutputFormat::kJson) return ReportFormat::kJson;
  if (options.format == OutputFormat::kSarif) return ReportFormat::kSarif;
  return is_colored(options.color) ? ReportFormat::kColorText
                                   : ReportFormat::kText;
}

/// One for each thread that can run at once, where there is work for several.
unsigned worker_count_for(const std::vector<std::string>& paths) {
  std::error_code error;
  const bool is_one_file =
      paths.size() == 1 && !std::filesystem::is_directory(paths[0], error);
  return is_one_file ? 1 : base::worker_count_for_this_machine();
}

/// What all workers share, and the workers.
class Scan {
 public:
  Scan(const ScanOptions& options, std::vector<std::string> paths)
      : rules_(options.rules),
        count_(worker_count_for(paths)),
        queue_(std::move(paths)) {}

  /// Before the rest. False: a map of fingerprints is refused; it was told why.
  bool read_maps(const ScanOptions& options);
  void prepare(ReportFormat format, filter::Decompress decompress);
  void run(std::optional<std::uint64_t> bytes_to_watch);

  OrderedOutput& output() { return output_; }
  /// Whether what nothing proves counts as well.
  bool has_findings(bool suspected) const {
    return std::ranges::any_of(workers_, &ScanWorker::has_proof) ||
           (suspected &&
            std::ranges::any_of(workers_, &ScanWorker::has_suspicion));
  }
  ScanSummary summary() const;
  /// Somebody asked for just that file, and it could not be scanned.
  bool has_packed_name() const {
    return std::ranges::any_of(workers_, &ScanWorker::has_packed_name);
  }
  /// "<path>: is ...", in order.
  std::vector<std::string> packed() const;

 private:
  stream::Rules rules_;
  KnownSecrets known_;
  unsigned count_;
  WalkQueue queue_;
  OrderedOutput output_;
  filter::LiveCounters live_;
  std::deque<scan::Scanner> scanners_;
  std::deque<ScanWorker> workers_;
  Clock::time_point started_ = Clock::now();
};

bool Scan::read_maps(const ScanOptions& options) {
  const auto read = [](const std::vector<std::string>& paths,
                       fingerprints::FingerprintMap& map) {
    return std::ranges::all_of(paths, [&map](const std::string& path) {
      const auto done = map.read(path);
      if (!done.has_value()) base::complain(done.error().message);
      return done.has_value();
    });
  };
  return read(options.names, known_.names) &&
         read(options.ignored, known_.ignored);
}

void Scan::prepare(ReportFormat format, filter::Decompress decompress) {
  const auto families = forms::families(rules_.options.forms);
  const auto database = base::share_database(families);
  for (unsigned i = 0; i < count_; ++i) {
    scanners_.push_back(scan::Scanner::make_late(families, database));
    workers_.emplace_back(rules_, known_, scanners_.back(), live_, format,
                          decompress, queue_, output_);
  }
}

void Scan::run(std::optional<std::uint64_t> bytes_to_watch) {
  const filter::Reporter reporter(live_, bytes_to_watch);
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers_.size(); ++i) {
    threads.emplace_back([&worker = workers_[i]] { worker.run(); });
  }
  workers_.front().run();
  threads.clear();  // joins them
}

ScanSummary Scan::summary() const {
  ScanSummary summary;
  for (const ScanWorker& worker : workers_) {
    summary.files += worker.file_count();
    summary.ignored += worker.ignored_count();
    summary.totals.bytes += worker.examiner().bytes();
    summary.totals.counts += worker.examiner().counts();
  }
  summary.totals.elapsed = Clock::now() - started_;
  summary.not_looked_into = output_.problems().size();
  summary.failed = output_.failures().size();
  summary.packed = packed().size();
  summary.links = queue_.link_count();
  return summary;
}

std::vector<std::string> Scan::packed() const {
  std::vector<std::string> all;
  for (const ScanWorker& worker : workers_) {
    all.insert(all.end(), worker.packed().begin(), worker.packed().end());
  }
  std::ranges::sort(all);
  return all;
}

/// Each of them where the user insists: a tree may hold thousands.
void tell_packed(const std::vector<std::string>& packed, bool each) {
  if (packed.empty()) return;
  if (each || packed.size() == 1) {
    for (const std::string& file : packed) base::complain(file);
  }
  if (packed.size() == 1) return;
  base::complain(
      fmt::format("{} files are packed; what they hold was not scanned{}",
                  packed.size(), each ? "" : " (--strict names them)"));
}

void tell_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    base::complain(fmt::format("not looked into: {}", problem));
  }
  if (problems.empty()) return;
  base::complain(fmt::format("{} {} not looked into", problems.size(),
                             problems.size() == 1 ? "path was" : "paths were"));
}

void tell_summary(const ScanSummary& summary, filter::StatsFormat format) {
  if (format == filter::StatsFormat::kText) base::tell(to_text(summary));
  if (format == filter::StatsFormat::kJson) base::tell(to_json(summary));
}

/// What there is to read, where somebody watches a terminal that is not busy
/// with the findings.
std::optional<std::uint64_t> bytes_to_watch(
    const std::vector<std::string>& paths) {
  if (!::isatty(STDERR_FILENO) || ::isatty(STDOUT_FILENO)) return std::nullopt;
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    const auto size = filter::bytes_to_read(path);
    if (!size) return filter::Reporter::kUnknown;
    total += *size;
  }
  return total;
}

base::ExitCode exit_code_of(Scan& scan, bool is_strict) {
  const OrderedOutput& output = scan.output();
  if (output.is_broken() || !output.failures().empty() ||
      scan.has_packed_name() ||
      (is_strict && !(output.problems().empty() && scan.packed().empty()))) {
    return base::kExitError;
  }
  return scan.has_findings(is_strict) ? base::kExitFound : base::kExitClean;
}

SarifRun to_sarif_run(Scan& scan, bool is_strict, const Evidence& evidence) {
  SarifRun run{evidence.started, evidence.ended, evidence.host,
               exit_code_of(scan, is_strict), scan.output().problems()};
  for (const auto& more : {scan.output().failures(), scan.packed()}) {
    run.not_scanned.insert(run.not_scanned.end(), more.begin(), more.end());
  }
  return run;
}

}  // namespace

base::ExitCode run_scan(const ScanOptions& options) {
  const std::vector<std::string> paths =
      options.paths.empty() ? std::vector<std::string>{"-"} : options.paths;
  Scan scan(options, paths);
  if (!scan.read_maps(options)) return base::kExitError;
  scan.prepare(format_of(options), options.decompress);
  OrderedOutput& output = scan.output();
  const bool is_sarif = options.format == OutputFormat::kSarif;
  if (is_sarif) output.begin(sarif_header(), kSarifSeparator.size());
  const auto started = std::chrono::system_clock::now();
  scan.run(bytes_to_watch(paths));
  const Evidence evidence{started, std::chrono::system_clock::now(),
                          base::host_name()};
  std::string footer;
  if (is_sarif) {
    footer = sarif_footer(to_sarif_run(scan, options.strict, evidence));
  } else if (options.summary) {
    footer = to_evidence(scan.summary(), evidence);
  }
  output.close(std::move(footer));
  tell_packed(scan.packed(), options.strict);
  tell_problems(output.problems());
  tell_summary(scan.summary(), options.stats);
  return exit_code_of(scan, options.strict);
}

}  // namespace cflt::find
