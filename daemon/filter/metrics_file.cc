#include "daemon/filter/metrics_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <utility>

#include "daemon/base/descriptor.h"
#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/base/prometheus_text.h"
#include "daemon/base/system_error.h"

namespace cflt::filter {
namespace {

using boost::system::error_code;

constexpr std::chrono::seconds kInterval{10};

double number(std::uint64_t n) { return static_cast<double>(n); }

/// Where a file is, or will be when it is made.
std::filesystem::path place_of(const std::string& path) {
  std::error_code none;
  const auto whole = std::filesystem::absolute(path, none);
  const auto place = std::filesystem::weakly_canonical(whole, none);
  return none ? whole : place;
}

/// Whether `path` is one of `others`, or what a standard descriptor is open to.
bool is_in_use(const std::string& path, std::span<const std::string> others) {
  if (std::ranges::find(others, place_of(path), place_of) != others.end()) {
    return true;
  }
  struct stat status {};
  struct stat other {};
  if (::stat(path.c_str(), &status) != 0) return false;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fstat(fd, &other) == 0 && base::is_same_file(status, other))
      return true;
  }
  return std::ranges::any_of(others, [&](const std::string& name) {
    return ::stat(name.c_str(), &other) == 0 &&
           base::is_same_file(status, other);
  });
}

error_code fill(base::Descriptor& file, const std::string& content) {
  if (const auto error = base::write_all(file.get(), content)) return error;
  if (::fchmod(file.get(), 0644) != 0) return base::last_system_error();
  return base::system_error(file.close());
}

}  // namespace

std::string to_prometheus(const Statistics& statistics) {
  const auto& counts = statistics.counts;
  base::Exposition page;
  page.counter("cflt_redact_bytes_total", "Bytes that came in.", {},
               number(statistics.bytes));
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    page.counter("cflt_redact_secrets_total", "Secrets found, by form.",
                 {{"form", forms::kFormNames[i]}}, number(counts.found[i]));
  }
  page.counter("cflt_redact_truncated_secrets_total",
               "Secrets cut short within their last characters.", {},
               number(counts.truncated));
  page.counter("cflt_redact_suspected_secrets_total",
               "Secrets cut short where nothing proves them.", {},
               number(counts.suspected));
  page.counter("cflt_redact_rejected_candidates_total",
               "Shapes of a secret with a wrong checksum.", {},
               number(counts.rejected));
  page.counter("cflt_redact_run_seconds_total", "How long the run takes.", {},
               statistics.elapsed.count());
  return page.text();
}

error_code replace_file(const std::string& path, const std::string& content) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return base::system_error(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  std::error_code none_yet;
  const auto resolved = std::filesystem::canonical(path, none_yet);
  const std::string target = none_yet ? path : resolved.string();
  // No name that ends in .prom: collectors look away.
  std::string temporary = target + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return base::last_system_error();
  base::Descriptor file = base::Descriptor::own(fd);
  error_code error = fill(file, content);
  if (!error && ::rename(temporary.c_str(), target.c_str()) != 0) {
    error = base::last_system_error();
  }
  if (error) ::unlink(temporary.c_str());
  return error;
}

bool MetricsFile::begin(const std::optional<std::string>& path,
                        std::span<const std::string> others) {
  if (!path) return true;
  if (is_in_use(*path, others)) {
    base::complain(*path + ": is also read or written; nothing was done");
    return false;
  }
  const auto error = replace_file(*path, to_prometheus({}));
  if (error) base::complain_about(*path, error);
  return !error;
}

MetricsFile::MetricsFile(std::string path, Snapshot snapshot)
    : path_(std::move(path)),
      snapshot_(std::move(snapshot)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

MetricsFile::~MetricsFile() {
  thread_.request_stop();
  thread_.join();
  write();
}

void MetricsFile::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  for (;;) {
    never.wait_for(lock, stop, kInterval, [] { return false; });
    if (stop.stop_requested()) return;
    write();
  }
}

void MetricsFile::write() {
  const auto error = replace_file(path_, to_prometheus(snapshot_()));
  if (error && !has_failed_) base::complain_about(path_, error);
  has_failed_ = has_failed_ || error;
}

std::unique_ptr<MetricsFile> write_metrics(
    const std::optional<std::string>& path, const LiveCounters& counters) {
  if (!path) return nullptr;
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  return std::make_unique<MetricsFile>(*path, [&counters, started] {
    return Statistics{counters.bytes, 0, Clock::now() - started,
                      counters.counts()};
  });
}

}  // namespace cflt::filter
