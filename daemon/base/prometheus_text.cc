#include "daemon/base/prometheus_text.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

#include "daemon/base/messages.h"

namespace cflt::base {

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

namespace {

bool has(const prometheus::ClientMetric& sample, std::string_view label,
         std::string_view value) {
  return std::any_of(sample.label.begin(), sample.label.end(),
                     [&](const prometheus::ClientMetric::Label& each) {
                       return each.name == label && each.value == value;
                     });
}

}  // namespace

double Exposition::sum(std::string_view name, const Labels& labels) const {
  double sum = 0;
  for (const auto& sample : samples_of(name)) {
    const bool wanted = std::all_of(
        labels.begin(), labels.end(),
        [&](const auto& each) { return has(sample, each.first, each.second); });
    if (wanted) sum += sample.counter.value + sample.gauge.value;
  }
  return sum;
}

std::set<std::string> Exposition::values_of(std::string_view name,
                                            std::string_view label) const {
  std::set<std::string> values;
  for (const auto& sample : samples_of(name)) {
    for (const auto& each : sample.label) {
      if (each.name == label) values.insert(each.value);
    }
  }
  return values;
}

std::span<const prometheus::ClientMetric> Exposition::samples_of(
    std::string_view name) const {
  const auto at = index_.find(std::string(name));
  if (at == index_.end()) return {};
  return families_[at->second].metric;
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
    metric.label.push_back({std::string(label), safe_text(value)});
  }
  return metric;
}

}  // namespace cflt::base
