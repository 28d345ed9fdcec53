#include "daemon/serve/metrics/process_metrics.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace cflt::serve::metrics {
namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

/// What is needed of /proc/self/stat (proc(5)).
struct Stat {
  double threads = 0;
  double start_seconds = 0;  // since the machine started
  double virtual_bytes = 0;
  double resident_pages = 0;
};

std::optional<Stat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name, in brackets, may hold blanks. Field 3 follows.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 20; ++field) fields >> skipped;
  Stat stat;
  double start_ticks = 0;
  fields >> stat.threads >> skipped >> start_ticks >> stat.virtual_bytes >>
      stat.resident_pages;
  if (!fields) return std::nullopt;
  stat.start_seconds =
      start_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return stat;
}

/// Without the one that counts them.
std::optional<double> open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator each("/proc/self/fd", error);
  if (error) return std::nullopt;
  double count = -1;
  for (; !error && each != std::filesystem::directory_iterator();
       each.increment(error)) {
    ++count;
  }
  return count;
}

double resident_bytes(const Stat& stat) {
  return stat.resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void write_process(base::Exposition& page) {
  page.counter("process_cpu_seconds_total", "CPU time, of user and system.", {},
               seconds_of(CLOCK_PROCESS_CPUTIME_ID));
  if (const auto count = open_descriptors()) {
    page.gauge("process_open_fds", "Open descriptors.", {}, *count);
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    page.gauge("process_max_fds", "Descriptors that may be open.", {},
               static_cast<double>(limit.rlim_cur));
  }
  const auto stat = read_stat();
  if (!stat) return;
  page.gauge("process_virtual_memory_bytes", "Virtual memory.", {},
             stat->virtual_bytes);
  page.gauge("process_resident_memory_bytes", "Memory in RAM.", {},
             resident_bytes(*stat));
  page.gauge("process_threads", "Threads.", {}, stat->threads);
  page.gauge("process_start_time_seconds", "When it started.", {},
             seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
                 stat->start_seconds);
}

}  // namespace cflt::serve::metrics
