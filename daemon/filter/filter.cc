#include "daemon/filter/filter.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>

#include "daemon/base/messages.h"
#include "daemon/base/scanning.h"
#include "daemon/filter/metrics_file.h"
#include "daemon/filter/pump.h"
#include "daemon/filter/reporter.h"

namespace cflt::filter {
namespace {

using boost::system::error_code;

bool begin_metrics(const FilterOptions& options) {
  std::vector<std::string> others = options.paths;
  if (options.output) others.push_back(*options.output);
  return MetricsFile::begin(options.metrics_file, others);
}

/// Whether an input is the output, and would feed on itself. The first may be
/// an empty one; a later one has something in it by then.
bool feeds(const std::string& path, bool is_first, const Output& output) {
  struct stat input {};
  const int found = path == "-" ? ::fstat(STDIN_FILENO, &input)
                                : ::stat(path.c_str(), &input);
  return found == 0 && output.is_file(input) &&
         (input.st_size > 0 || !is_first);
}

/// The output, made sure to be no input, and empty. Nothing: it was told why.
std::optional<Output> open_output(const FilterOptions& options,
                                  const std::vector<std::string>& paths) {
  if (options.check) return Output::discard();
  auto output =
      options.output ? Output::open(*options.output) : Output::standard();
  if (!output.has_value()) {
    base::complain_about(*options.output, output.error());
    return std::nullopt;
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!feeds(paths[i], i == 0, *output)) continue;
    base::complain(
        fmt::format("{}: is also the output; nothing was written", paths[i]));
    return std::nullopt;
  }
  const bool keeps = !options.output || options.append;
  if (const auto error = keeps ? error_code() : output->empty()) {
    base::complain_about(output->name(), error);
    return std::nullopt;
  }
  return std::move(*output);
}

/// What there is to read, where all of it is regular files and somebody
/// watches a terminal that is not busy with the data.
std::optional<std::uint64_t> bytes_to_watch(
    const FilterOptions& options, const std::vector<std::string>& paths) {
  if (!::isatty(STDERR_FILENO) ||
      (!options.output && !options.check && ::isatty(STDOUT_FILENO))) {
    return std::nullopt;
  }
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    const auto size = bytes_to_read(path);
    if (!size) return std::nullopt;
    total += *size;
  }
  return total;
}

/// What a service manager or a terminal sends to a whole pipeline ends the
/// application first, whose last words come by stdin. A second SIGTERM means
/// us.
void ignore_interrupts(const std::vector<std::string>& paths) {
  ::signal(SIGINT, SIG_IGN);
  struct stat status {};
  if (std::ranges::find(paths, "-") == paths.end() ||
      ::fstat(STDIN_FILENO, &status) != 0 ||
      !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))) {
    return;
  }
  ::signal(SIGHUP, SIG_IGN);
  struct sigaction once {};
  once.sa_handler = [](int) {};
  once.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGTERM, &once, nullptr);
}

}  // namespace

base::ExitCode run_filter(const FilterOptions& options) {
  const std::vector<std::string> paths =
      options.paths.empty() ? std::vector<std::string>{"-"} : options.paths;
  if (options.ignore_interrupts) ignore_interrupts(paths);
  if (!begin_metrics(options)) return base::kExitError;
  auto output = open_output(options, paths);
  if (!output) return base::kExitError;

  const stream::Rules rules(options.rules);
  const auto families = forms::families(options.rules.forms);
  auto scanner =
      scan::Scanner::make_late(families, base::share_database(families));
  Pump pump(rules, scanner, std::move(*output),
            options.stats != StatsFormat::kNone);
  bool written = false;
  {
    const Reporter reporter(pump.live(), bytes_to_watch(options, paths));
    const auto metrics = write_metrics(options.metrics_file, pump.live());
    written = pump.run(paths, options.decompress);
  }
  written = pump.close() && written;
  tell_statistics(pump.statistics(), options.stats);
  if (!written || pump.input_failed()) return base::kExitError;
  // No finding proves nothing about it.
  if (options.check && pump.met_packed()) return base::kExitError;
  if (!options.check) return base::kExitClean;
  const stream::Counts counts = pump.statistics().counts;
  const std::uint64_t found =
      options.strict ? counts.masked : counts.masked_with_proof();
  return found > 0 ? base::kExitFound : base::kExitClean;
}

}  // namespace cflt::filter
