// A worker's counters by name.
//
// They stay when the configuration is reloaded, so that totals never go back.
// Looking one up takes a lock; who counts keeps the reference, which is valid
// as long as the registry.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "daemon/serve/metrics/counters.h"

namespace cflt::serve::metrics {

class Registry {
 public:
  /// The number that batches carry for a source.
  std::uint16_t source_index(const std::string& source);
  SourceCounters& source(const std::string& source);
  SinkCounters& sink(const std::string& sink);
  PairCounters& pair(const std::string& source, const std::string& sink);
  ScanHistogram& scan_histogram() { return scan_histogram_; }

  void for_each_source(
      const std::function<void(const std::string&, const SourceCounters&)>&
          visit) const;
  void for_each_sink(
      const std::function<void(const std::string&, const SinkCounters&)>& visit)
      const;
  void for_each_pair(
      const std::function<void(const std::string&, const std::string&,
                               const PairCounters&)>& visit) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> source_names_;
  std::map<std::string, SourceCounters> sources_;
  std::map<std::string, SinkCounters> sinks_;
  std::map<std::pair<std::string, std::string>, PairCounters> pairs_;
  ScanHistogram scan_histogram_;
};

}  // namespace cflt::serve::metrics
