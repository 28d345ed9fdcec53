#include "daemon/filter/reporter.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "daemon/base/messages.h"
#include "daemon/base/to_size.h"

namespace cflt::filter {
namespace {

sigset_t report_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  return signals;
}

}  // namespace

void tell_statistics(const Statistics& statistics, StatsFormat format) {
  if (format == StatsFormat::kText) base::tell(to_text(statistics));
  if (format == StatsFormat::kJson) base::tell(to_json(statistics));
}

void block_report_signal() {
  const sigset_t signals = report_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Reporter::Reporter(const LiveCounters& counters,
                   std::optional<std::uint64_t> total_bytes)
    : counters_(counters),
      total_bytes_(total_bytes),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Reporter::~Reporter() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
  if (drawn_) base::tell_over("");
}

void Reporter::run(const std::stop_token& stop) {
  const sigset_t signals = report_signals();
  constexpr timespec kSecond{1, 0};
  for (;;) {
    const int signal = total_bytes_ ? sigtimedwait(&signals, nullptr, &kSecond)
                                    : sigwaitinfo(&signals, nullptr);
    if (stop.stop_requested()) return;
    if (signal == SIGUSR1) report();
    if (signal < 0 && errno == EAGAIN) draw();
  }
}

void Reporter::report() const {
  const std::uint64_t bytes = counters_.bytes;
  const double seconds = elapsed().count();
  base::tell(fmt::format("{} bytes, {} findings, {:.3f} s, {}/s", bytes,
                         counters_.findings.load(), seconds,
                         base::to_size(static_cast<double>(bytes) / seconds)));
}

/// "1.2 GiB of 4.0 GiB, 2.3 GiB/s, 2 s left", over the previous one.
void Reporter::draw() {
  const auto bytes = static_cast<double>(counters_.file_bytes);
  const double rate = bytes / elapsed().count();
  std::string text =
      fmt::format("{}, {}/s", base::to_size(bytes), base::to_size(rate));
  if (*total_bytes_ != kUnknown) {
    const auto total = static_cast<double>(*total_bytes_);
    const double left = rate > 0 ? std::max(0.0, total - bytes) / rate : 0;
    text = fmt::format("{} of {}, {}/s, {:.0f} s left", base::to_size(bytes),
                       base::to_size(total), base::to_size(rate), left);
  }
  base::tell_over(text);
  drawn_ = true;
}

}  // namespace cflt::filter
