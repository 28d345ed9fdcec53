#include "daemon/filter.h"

#include <fmt/format.h>
#include <signal.h>

#include "daemon/in_place/in_place.h"
#include "daemon/messages.h"
#include "daemon/metrics_file.h"
#include "daemon/pump.h"
#include "daemon/reporter.h"
#include "daemon/scanning.h"

namespace cflt::daemon {
namespace {

using boost::system::error_code;

bool begin_metrics(const FilterOptions& options) {
  std::vector<std::string> others = options.paths;
  if (options.output) others.push_back(*options.output);
  return MetricsFile::begin(options.metrics_file, others);
}

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
  if (options.paths.empty() || options.decompress != Decompress::kNo ||
      !::isatty(STDERR_FILENO) ||
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

}  // namespace

ExitCode run_filter(const FilterOptions& options) {
  if (options.in_place) return run_in_place(options);
  if (options.ignore_interrupts) ::signal(SIGINT, SIG_IGN);
  const std::vector<std::string> paths =
      options.paths.empty() ? std::vector<std::string>{"-"} : options.paths;
  if (!begin_metrics(options)) return kExitError;
  auto output = open_output(options, paths);
  if (!output) return kExitError;

  const stream::Rules rules(options.rules);
  const auto families = forms::families(options.rules.forms);
  auto scanner = make_scanner(families, make_database(families));
  if (!scanner) return kExitInternal;
  Pump pump(rules, *scanner, std::move(*output),
            options.stats != StatsFormat::kNone);
  bool written = false;
  {
    const Reporter reporter(pump.live(), bytes_to_watch(options));
    const auto metrics = write_metrics(options.metrics_file, pump.live());
    written = pump.run(paths, options.decompress);
  }
  written = pump.close() && written;
  tell_statistics(pump.statistics(), options.stats);
  if (!written || pump.input_failed()) return kExitError;
  const bool found = options.check && pump.statistics().counts.masked > 0;
  return found ? kExitFound : kExitClean;
}

}  // namespace cflt::daemon
