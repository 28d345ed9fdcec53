#include "daemon/serve/metrics/registry.h"

#include <algorithm>

namespace cflt::serve::metrics {

std::uint16_t Registry::source_index(const std::string& source) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(source_names_, source);
  const auto index = known - source_names_.begin();
  if (known == source_names_.end()) source_names_.push_back(source);
  return static_cast<std::uint16_t>(index);
}

SourceCounters& Registry::source(const std::string& source) {
  const std::lock_guard lock(mutex_);
  return sources_[source];
}

SinkCounters& Registry::sink(const std::string& sink) {
  const std::lock_guard lock(mutex_);
  return sinks_[sink];
}

PairCounters& Registry::pair(const std::string& source,
                             const std::string& sink) {
  const std::lock_guard lock(mutex_);
  return pairs_[{source, sink}];
}

void Registry::for_each_source(
    const std::function<void(const std::string&, const SourceCounters&)>& visit)
    const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, counters] : sources_) visit(name, counters);
}

void Registry::for_each_sink(
    const std::function<void(const std::string&, const SinkCounters&)>& visit)
    const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, counters] : sinks_) visit(name, counters);
}

void Registry::for_each_pair(
    const std::function<void(const std::string&, const std::string&,
                             const PairCounters&)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [names, counters] : pairs_) {
    visit(names.first, names.second, counters);
  }
}

}  // namespace cflt::serve::metrics
