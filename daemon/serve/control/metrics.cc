#include "daemon/serve/control/metrics.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "daemon/base/prometheus_text.h"
#include "daemon/base/version.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/metrics/process_metrics.h"

namespace cflt::serve::control {
namespace {

double number(std::uint64_t n) { return static_cast<double>(n); }

/// A counter of a source or a sink, and its name. Workers' values add up.
template <class Counters>
struct Family {
  const char* name;
  const char* help;
  metrics::Counter Counters::*counter;
};

constexpr std::array kSourceFamilies = {
    Family<metrics::SourceCounters>{"cflt_redact_source_records_total",
                                    "Records that came in.",
                                    &metrics::SourceCounters::records},
    Family<metrics::SourceCounters>{"cflt_redact_source_bytes_total",
                                    "Bytes that came in, frames and all.",
                                    &metrics::SourceCounters::bytes},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_split_records_total",
        "Further records that too long ones were cut into.",
        &metrics::SourceCounters::split},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_truncated_records_total",
        "Records of which an end was dropped.",
        &metrics::SourceCounters::truncated},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_partial_records_total",
        "Records that the end of a connection cut off.",
        &metrics::SourceCounters::partial},
    Family<metrics::SourceCounters>{"cflt_redact_source_empty_records_total",
                                    "Empty syslog records, which were skipped.",
                                    &metrics::SourceCounters::empty},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_skipped_bytes_total",
        "LF, NUL and byte order marks between frames.",
        &metrics::SourceCounters::skipped_bytes},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_lost_bytes_total",
        "Bytes thrown away, because no frame was found.",
        &metrics::SourceCounters::lost_bytes},
    Family<metrics::SourceCounters>{
        "cflt_redact_truncated_secrets_total",
        "Secrets cut short within their last characters.",
        &metrics::SourceCounters::truncated_secrets},
    Family<metrics::SourceCounters>{
        "cflt_redact_suspected_secrets_total",
        "Secrets cut short where nothing proves them.",
        &metrics::SourceCounters::suspected},
    Family<metrics::SourceCounters>{"cflt_redact_rejected_candidates_total",
                                    "Shapes of a secret with a wrong checksum.",
                                    &metrics::SourceCounters::rejected},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_connections_total", "Connections that were taken.",
        &metrics::SourceCounters::connections_opened},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_refused_connections_total",
        "Connections over connection_limit.",
        &metrics::SourceCounters::refused},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_read_errors_total",
        "Reads of stdin and of datagrams that failed.",
        &metrics::SourceCounters::read_errors},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_oversized_datagrams_total",
        "Datagrams too long to be taken whole, dropped.",
        &metrics::SourceCounters::oversized},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_compressed_datagrams_total",
        "Datagrams whose secrets, if any, were not seen.",
        &metrics::SourceCounters::compressed},
    Family<metrics::SourceCounters>{
        "cflt_redact_source_not_permitted_total",
        "Connections and datagrams outside permit_origin.",
        &metrics::SourceCounters::not_permitted},
};

constexpr std::array kSinkFamilies = {
    Family<metrics::SinkCounters>{"cflt_redact_sink_bytes_total",
                                  "Bytes that were delivered, frames and all.",
                                  &metrics::SinkCounters::bytes},
    Family<metrics::SinkCounters>{"cflt_redact_sink_retries_total",
                                  "Attempts to connect or to write again.",
                                  &metrics::SinkCounters::retries},
    Family<metrics::SinkCounters>{"cflt_redact_sink_truncated_records_total",
                                  "Records cut to what a datagram can carry.",
                                  &metrics::SinkCounters::truncated},
};

/// One sample a name, in the order of names.
class Sums {
 public:
  void add(const std::string& name, double value) { sums_[name] += value; }
  template <class Write>
  void write(Write write) const {
    for (const auto& [name, value] : sums_) write(name, value);
  }

 private:
  std::map<std::string, double> sums_;
};

/// Of the workers and of the control thread: each writes its own counters.
using Registries = std::vector<const metrics::Registry*>;

Registries registries_of(const listen::Workers& workers,
                         const ControlCounts& control) {
  Registries registries{&control.registry};
  for (const auto& worker : workers) registries.push_back(&worker->registry());
  return registries;
}

template <class Value>
Sums by_source(const Registries& registries, Value value) {
  Sums sums;
  for (const metrics::Registry* registry : registries) {
    registry->for_each_source(
        [&](const std::string& name, const metrics::SourceCounters& counters) {
          sums.add(name, value(counters));
        });
  }
  return sums;
}

template <class Value>
Sums by_sink(const listen::Workers& workers, Value value) {
  Sums sums;
  for (const auto& worker : workers) {
    worker->registry().for_each_sink(
        [&](const std::string& name, const metrics::SinkCounters& counters) {
          sums.add(name, value(counters));
        });
  }
  return sums;
}

void write_sources(const Registries& registries, base::Exposition& page) {
  for (const auto& family : kSourceFamilies) {
    by_source(registries, [&](const metrics::SourceCounters& counters) {
      return number((counters.*family.counter).get());
    }).write([&](const std::string& source, double value) {
      page.counter(family.name, family.help, {{"source", source}}, value);
    });
  }
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    by_source(registries, [i](const metrics::SourceCounters& counters) {
      return number(counters.found[i].get());
    }).write([&](const std::string& source, double value) {
      page.counter("cflt_redact_secrets_total", "Secrets found, by form.",
                   {{"source", source}, {"form", forms::kFormNames[i]}}, value);
    });
  }
  for (std::size_t i = 0; i < metrics::kClosedNames.size(); ++i) {
    by_source(registries, [i](const metrics::SourceCounters& counters) {
      return number(counters.closed[i].get());
    }).write([&](const std::string& source, double value) {
      page.counter("cflt_redact_source_closed_connections_total",
                   "Connections that ended, by reason.",
                   {{"source", source}, {"reason", metrics::kClosedNames[i]}},
                   value);
    });
  }
}

void write_source_states(const Registries& registries, base::Exposition& page) {
  by_source(registries, [](const metrics::SourceCounters& counters) {
    return number(counters.stalled_ns.get()) / 1e9;
  }).write([&](const std::string& source, double value) {
    page.counter("cflt_redact_source_stalled_seconds_total",
                 "Time that a full sink kept from reading.",
                 {{"source", source}}, value);
  });
  by_source(registries, [](const metrics::SourceCounters& counters) {
    return number(counters.connections_open.get());
  }).write([&](const std::string& source, double value) {
    page.gauge("cflt_redact_source_open_connections", "Connections now.",
               {{"source", source}}, value);
  });
  by_source(registries, [](const metrics::SourceCounters& counters) {
    return number(counters.partial_bytes.get());
  }).write([&](const std::string& source, double value) {
    page.gauge("cflt_redact_source_partial_bytes",
               "Memory held for records that are not complete.",
               {{"source", source}}, value);
  });
}

/// Totals stay when a reload has removed a sink; it is neither up nor down.
void write_up(const listen::Workers& workers, const config::Settings& settings,
              base::Exposition& page) {
  std::set<std::string> sinks;
  for (const auto& sink : settings.sinks) sinks.insert(sink.name);
  const double count = number(workers.size());
  by_sink(workers, [](const metrics::SinkCounters& counters) {
    return number(counters.up.get());
  }).write([&](const std::string& sink, double value) {
    if (!sinks.contains(sink)) return;
    page.gauge("cflt_redact_sink_up",
               "The part of the workers that are connected.", {{"sink", sink}},
               value / count);
  });
}

void write_sinks(const listen::Workers& workers, base::Exposition& page) {
  for (const auto& family : kSinkFamilies) {
    by_sink(workers, [&](const metrics::SinkCounters& counters) {
      return number((counters.*family.counter).get());
    }).write([&](const std::string& sink, double value) {
      page.counter(family.name, family.help, {{"sink", sink}}, value);
    });
  }
  by_sink(workers, [](const metrics::SinkCounters& counters) {
    return number(counters.queue_bytes.get());
  }).write([&](const std::string& sink, double value) {
    page.gauge("cflt_redact_sink_queue_bytes",
               "Memory held for records that wait.", {{"sink", sink}}, value);
  });
}

void write_limits(const config::Settings& settings, base::Exposition& page) {
  for (const auto& sink : settings.sinks) {
    page.gauge("cflt_redact_sink_queue_limit_bytes",
               "What may wait for a sink: its buffer.max_size.",
               {{"sink", sink.name}}, number(sink.max_size_bytes));
  }
  page.gauge("cflt_redact_memory_limit_bytes",
             "Of all buffers: service.memory_limit.", {},
             number(settings.service.memory_limit_bytes));
}

using Pair = std::pair<std::string, std::string>;

template <class Value, class Write>
void for_each_pair(const listen::Workers& workers, Value value, Write write) {
  std::map<Pair, double> sums;
  for (const auto& worker : workers) {
    worker->registry().for_each_pair(
        [&](const std::string& source, const std::string& sink,
            const metrics::PairCounters& counters) {
          sums[{source, sink}] += number(value(counters));
        });
  }
  for (const auto& [names, sum] : sums) write(names, sum);
}

void write_pairs(const listen::Workers& workers, base::Exposition& page) {
  for_each_pair(
      workers, [](const metrics::PairCounters& c) { return c.delivered.get(); },
      [&](const Pair& names, double value) {
        page.counter("cflt_redact_delivered_records_total",
                     "Records that a sink took.",
                     {{"source", names.first}, {"sink", names.second}}, value);
      });
  for (std::size_t i = 0; i < metrics::kDroppedNames.size(); ++i) {
    for_each_pair(
        workers,
        [i](const metrics::PairCounters& c) { return c.dropped[i].get(); },
        [&](const Pair& names, double value) {
          page.counter("cflt_redact_dropped_records_total",
                       "Records that never reached a sink, by reason.",
                       {{"source", names.first},
                        {"sink", names.second},
                        {"reason", metrics::kDroppedNames[i]}},
                       value);
        });
  }
  for_each_pair(
      workers, [](const metrics::PairCounters& c) { return c.queued.get(); },
      [&](const Pair& names, double value) {
        page.gauge("cflt_redact_queued_records",
                   "Records that wait for a sink.",
                   {{"source", names.first}, {"sink", names.second}}, value);
      });
}

void write_scan(const listen::Workers& workers, base::Exposition& page) {
  std::array<std::uint64_t, metrics::ScanHistogram::kBounds.size() + 1>
      counts{};
  double seconds = 0;
  for (const auto& worker : workers) {
    const metrics::ScanHistogram& histogram =
        worker->registry().scan_histogram();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts[i] += histogram.buckets[i].get();
    }
    seconds += number(histogram.sum_ns.get()) / 1e9;
  }
  for (std::size_t i = 1; i < counts.size(); ++i) counts[i] += counts[i - 1];
  page.histogram("cflt_redact_scan_seconds",
                 "Framing, scanning and redacting what one read gave.", {},
                 metrics::ScanHistogram::kBounds, counts, seconds);
}

void write_rescued(const listen::Workers& workers, base::Exposition& page) {
  double blocks = 0;
  for (const auto& worker : workers) blocks += number(worker->rescued_blocks());
  page.counter("cflt_redact_scan_rescued_blocks_total",
               "Blocks that Hyperscan gave up, scanned again without SIMD.", {},
               blocks);
}

/// The worst of the workers counts: 0 where one has never passed.
void write_self_test(const listen::Workers& workers, base::Exposition& page) {
  std::vector<double> last_successes;
  double failures = 0;
  for (const auto& worker : workers) {
    const auto& counters = worker->self_test_counters();
    last_successes.push_back(number(counters.last_success_seconds.get()));
    failures += number(counters.failures.get());
  }
  const double last_success =
      last_successes.empty() ? 0 : *std::ranges::min_element(last_successes);
  page.gauge("cflt_redact_selftest_last_success_timestamp_seconds",
             "When fake secrets were last redacted by the real path.", {},
             last_success);
  page.counter("cflt_redact_selftest_failures_total",
               "Self-tests that found a fake secret unmasked.", {}, failures);
}

void write_control(const ControlCounts& control, base::Exposition& page) {
  for (const auto& [source, count] : control.kernel_drops) {
    page.counter("cflt_redact_source_kernel_dropped_datagrams_total",
                 "Datagrams the kernel dropped before they could be read.",
                 {{"source", source}}, number(count));
  }
  page.counter("cflt_redact_accept_pauses_total",
               "Times that accepting waited for free descriptors.", {},
               number(control.accept_pauses));
  page.counter("cflt_redact_reloads_total", "Reloads, by result.",
               {{"result", "done"}}, number(control.reloads));
  page.counter("cflt_redact_reloads_total", "Reloads, by result.",
               {{"result", "refused"}}, number(control.failed_reloads));
}

}  // namespace

base::Exposition metrics_of(const listen::Workers& workers,
                            const ControlCounts& control) {
  base::Exposition page;
  page.gauge("cflt_redact_build_info", "The version.",
             {{"version", base::version_number()}}, 1);
  const Registries registries = registries_of(workers, control);
  write_sources(registries, page);
  write_source_states(registries, page);
  write_pairs(workers, page);
  write_sinks(workers, page);
  write_up(workers, control.settings, page);
  write_limits(control.settings, page);
  write_scan(workers, page);
  write_rescued(workers, page);
  write_self_test(workers, page);
  metrics::write_process(page);
  write_control(control, page);
  page.counter("cflt_redact_lost_log_lines_total",
               "Log lines that nobody read in time.", {},
               number(log::lost_count()));
  return page;
}

}  // namespace cflt::serve::control
