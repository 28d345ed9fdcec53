// One scrape's metrics, written as Prometheus text (version 0.0.4).
//
//   Exposition page;
//   page.counter("cflt_redact_records_total", "Records.",
//                {{"source", "app"}}, 12);
//   page.text();
//
// Samples of one name stand together, names in the order they came first. The
// first call for a name says its help and type.
#pragma once

#include <prometheus/metric_family.h>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cflt::base {

class Exposition {
 public:
  /// Name and value. Values may hold anything: they pass through safe_text().
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  /// Up to 2^53 exact.
  void counter(std::string_view name, std::string_view help,
               const Labels& labels, double value);
  void gauge(std::string_view name, std::string_view help, const Labels& labels,
             double value);
  /// `bounds` rise, without +Inf; `cumulative_counts` has one more than they,
  /// the last is the count of all.
  void histogram(std::string_view name, std::string_view help,
                 const Labels& labels, std::span<const double> bounds,
                 std::span<const std::uint64_t> cumulative_counts, double sum);

  std::string text() const;

  /// The sum of a family's samples that have all of `labels`; 0 without any.
  double sum(std::string_view name, const Labels& labels = {}) const;
  /// What a label is in a family's samples, each once, sorted.
  std::set<std::string> values_of(std::string_view name,
                                  std::string_view label) const;

 private:
  prometheus::ClientMetric& add(std::string_view name, std::string_view help,
                                prometheus::MetricType type,
                                const Labels& labels);

  std::span<const prometheus::ClientMetric> samples_of(
      std::string_view name) const;

  std::vector<prometheus::MetricFamily> families_;
  std::unordered_map<std::string, std::size_t> index_;  // by name
};

}  // namespace cflt::base
