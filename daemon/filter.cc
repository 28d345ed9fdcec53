#include "daemon/filter.h"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>

#include "core/stream/stream.h"
#include "core/stream/window.h"
#include "daemon/input.h"
#include "daemon/messages.h"
#include "daemon/output.h"
#include "daemon/reporter.h"
#include "daemon/statistics.h"

namespace cflt::daemon {
namespace {

using boost::system::error_code;

/// Fits a core's second-level cache, so that what read() copied in is still
/// there for the scan and for write(). Measured in docs/performance.md.
constexpr std::size_t kChunkBytes = 256 << 10;

void complain_about(const std::string& name, const error_code& error) {
  complain(fmt::format("{}: {}", name, error.message()));
}

/// Hyperscan's database, or none (and a word about it) where it cannot run.
scan::Database::Ptr make_database(scan::FamilySet families) {
  auto database = scan::Database::compile(families);
  if (database.has_value()) return *database;
  complain(database.error().message + "; scanning without SIMD, slower");
  return nullptr;
}

/// Reads, redacts and writes; keeps count.
class Pump {
 public:
  Pump(const FilterOptions& options, const stream::Rules& rules,
       scan::Scanner& scanner, Output output)
      : options_(options),
        stream_(rules, scanner),
        window_(kChunkBytes),
        output_(std::move(output)) {}

  /// All inputs, as one stream. False: the output failed.
  bool run(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      if (!copy(path)) return false;
    }
    return write(stream_.finish(window_.filled(0)));
  }

  bool close() {
    const auto error = output_.close();
    if (error) complain_about(output_.name(), error);
    return !error;
  }

  bool input_failed() const { return input_failed_; }
  const LiveCounters& live() const { return live_; }
  Statistics statistics() const {
    return {live_.bytes, lines_, Clock::now() - started_, stream_.counts()};
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// One input to its end. An input that fails is told, and skipped from
  /// there on.
  bool copy(const std::string& path) {
    auto input = Input::open(path);
    if (!input.has_value()) return skip(path, input.error());
    for (;;) {
      const auto count = input->read(window_.room());
      if (!count.has_value()) return skip(input->name(), count.error());
      if (*count == 0) return true;
      if (!take(*count)) return false;
    }
  }

  bool skip(const std::string& name, const error_code& error) {
    complain_about(name, error);
    input_failed_ = true;
    return true;
  }

  bool take(std::size_t count) {
    const Bytes window = window_.filled(count);
    const std::size_t fresh_at = window_.fresh_at();
    if (options_.stats != StatsFormat::kNone) {
      lines_ += count_lines(window.slice(fresh_at, window.size()));
    }
    const auto pieces = stream_.feed(window, fresh_at);
    publish(count);
    const bool written = write(pieces);
    window_.keep(stream_.keep(), pieces);
    return written;
  }

  void publish(std::size_t count) {
    live_.bytes.store(live_.bytes.load(std::memory_order_relaxed) + count,
                      std::memory_order_relaxed);
    live_.findings.store(stream_.counts().found_in_all(),
                         std::memory_order_relaxed);
  }

  bool write(std::span<const redact::Released> pieces) {
    const auto error = output_.write(pieces);
    if (error) complain_about(output_.name(), error);
    return !error;
  }

  const FilterOptions& options_;
  stream::Stream stream_;
  stream::Window window_;
  Output output_;
  LiveCounters live_;
  std::uint64_t lines_ = 0;
  bool input_failed_ = false;
  Clock::time_point started_ = Clock::now();
};

/// The output, made sure to be no input, and empty. Nothing: it was told why.
std::optional<Output> open_output(const FilterOptions& options,
                                  const std::vector<std::string>& paths) {
  if (options.check) return Output::discard();
  auto output =
      options.output ? Output::open(*options.output) : Output::standard();
  if (!output.has_value()) {
    complain_about(*options.output, output.error());
    return std::nullopt;
  }
  for (const std::string& path : paths) {
    if (!output->feeds_on(path)) continue;
    complain(fmt::format("{}: is also the output; nothing was written", path));
    return std::nullopt;
  }
  if (const auto error = options.output ? output->empty() : error_code()) {
    complain_about(output->name(), error);
    return std::nullopt;
  }
  return std::move(*output);
}

/// What there is to read, where all of it is regular files and somebody
/// watches a terminal that is not busy with the data.
std::optional<std::uint64_t> bytes_to_watch(const FilterOptions& options) {
  if (options.paths.empty() || !::isatty(STDERR_FILENO) ||
      (!options.output && !options.check && ::isatty(STDOUT_FILENO))) {
    return std::nullopt;
  }
  std::uint64_t total = 0;
  for (const std::string& path : options.paths) {
    const auto size = file_size(path);
    if (!size.has_value()) return std::nullopt;
    total += *size;
  }
  return total;
}

void tell_statistics(const Statistics& statistics, StatsFormat format) {
  if (format == StatsFormat::kText) tell(to_text(statistics));
  if (format == StatsFormat::kJson) tell(to_json(statistics));
}

bool has_findings(const stream::Counts& counts, const stream::Options& rules) {
  return counts.found_in_all() + counts.truncated > 0 ||
         (rules.mask_rejected && counts.rejected > 0);
}

}  // namespace

ExitCode run_filter(const FilterOptions& options) {
  if (options.ignore_interrupts) ::signal(SIGINT, SIG_IGN);
  const std::vector<std::string> paths =
      options.paths.empty() ? std::vector<std::string>{"-"} : options.paths;
  auto output = open_output(options, paths);
  if (!output) return kExitError;

  const stream::Rules rules(options.rules);
  const auto families = forms::families(options.rules.forms);
  auto scanner = scan::Scanner::make(families, make_database(families));
  if (!scanner.has_value()) {
    complain(scanner.error().message);
    return kExitInternal;
  }
  Pump pump(options, rules, *scanner, std::move(*output));
  bool written = false;
  {
    const Reporter reporter(pump.live(), bytes_to_watch(options));
    written = pump.run(paths);
  }
  written = pump.close() && written;
  tell_statistics(pump.statistics(), options.stats);
  if (!written || pump.input_failed()) return kExitError;
  const bool found =
      options.check && has_findings(pump.statistics().counts, options.rules);
  return found ? kExitFound : kExitClean;
}

}  // namespace cflt::daemon
