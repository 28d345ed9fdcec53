#include "daemon/serve/prometheus_text.h"

#include <prometheus/text_serializer.h>

#include <sstream>

#include "daemon/serve/printable.h"

namespace cflt::daemon {

void Exposition::counter(std::string_view name, std::string_view help,
                         const Labels& labels, double value) {
  add(name, help, prometheus::MetricType::Counter, labels).counter.value =
      value;
}

void Exposition::gauge(std::string_view name, std::string_view help,
                       const Labels& labels, double value) {
  add(name, help, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void Exposition::histogram(std::string_view name, std::string_view help,
                           const Labels& labels, std::span<const double> bounds,
                           std::span<const std::uint64_t> cumulative_counts,
                           double sum) {
  auto& histogram =
      add(name, help, prometheus::MetricType::Histogram, labels).histogram;
  histogram.sample_count = cumulative_counts.back();
  histogram.sample_sum = sum;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    histogram.bucket.push_back({cumulative_counts[i], bounds[i]});
  }
}

std::string Exposition::text() const {
  std::ostringstream output;
  prometheus::TextSerializer().Serialize(output, families_);
  return std::move(output).str();
}

prometheus::ClientMetric& Exposition::add(std::string_view name,
                                          std::string_view help,
                                          prometheus::MetricType type,
                                          const Labels& labels) {
  const auto [at, is_new] =
      index_.try_emplace(std::string(name), families_.size());
  if (is_new) {
    families_.push_back({std::string(name), std::string(help), type, {}});
  }
  auto& metric = families_[at->second].metric.emplace_back();
  for (const auto& [label, value] : labels) {
    metric.label.push_back({std::string(label), printable(value)});
  }
  return metric;
}

}  // namespace cflt::daemon
