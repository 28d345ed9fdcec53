// --metrics-file: what a run has counted, as Prometheus text in a file, for
// node_exporter's textfile collector.
//
// Each state replaces the last one whole; readers see one or the other. A
// thread of its own writes it every ten seconds, and once at the end.
#pragma once

#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "daemon/filter/statistics.h"

namespace cflt::filter {

/// Prometheus text (version 0.0.4). Lines are not in it: they are not always
/// counted.
std::string to_prometheus(const Statistics& statistics);

/// Puts `content` in the place of the file at `path`, readable by all; a link
/// stays, and its target is replaced. Devices, pipes and the like are refused.
boost::system::error_code replace_file(const std::string& path,
                                       const std::string& content);

class MetricsFile {
 public:
  /// Is called by the thread.
  using Snapshot = std::function<Statistics()>;

  /// Writes the first state: false, and it is told why, where that cannot be,
  /// or where the file is one of `others` or of the standard descriptors: it
  /// would be lost. Without a path there is nothing to write.
  static bool begin(const std::optional<std::string>& path,
                    std::span<const std::string> others);

  /// After begin().
  MetricsFile(std::string path, Snapshot snapshot);
  /// Writes the last state.
  ~MetricsFile();

 private:
  void run(const std::stop_token& stop);
  void write();

  std::string path_;
  Snapshot snapshot_;
  bool has_failed_ = false;  // and it was told
  std::jthread thread_;
};

/// Writes the counters of one stream, if there is a path, as long as it lives.
/// They outlive it.
std::unique_ptr<MetricsFile> write_metrics(
    const std::optional<std::string>& path, const LiveCounters& counters);

}  // namespace cflt::filter
