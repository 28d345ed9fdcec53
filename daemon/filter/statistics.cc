#include "daemon/filter/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "daemon/base/to_size.h"

namespace cflt::filter {

double rate_of(const Statistics& statistics) {
  const double seconds = statistics.elapsed.count();
  return seconds > 0 ? static_cast<double>(statistics.bytes) / seconds : 0;
}

Statistics& Statistics::operator+=(const Statistics& other) {
  bytes += other.bytes;
  lines += other.lines;
  elapsed = std::max(elapsed, other.elapsed);
  counts += other.counts;
  rescued_blocks += other.rescued_blocks;
  return *this;
}

std::string to_text(const stream::Counts& counts) {
  std::string forms;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    if (counts.found[i] == 0) continue;
    forms += fmt::format("{}{} {}", forms.empty() ? "" : ", ",
                         forms::kFormNames[i], counts.found[i]);
  }
  return fmt::format("{} found{}{}{}, {} truncated, {} suspected, {} rejected",
                     counts.found_in_all(), forms.empty() ? "" : " (", forms,
                     forms.empty() ? "" : ")", counts.truncated,
                     counts.suspected, counts.rejected);
}

std::string to_text(const Statistics& statistics) {
  const std::string rescued =
      statistics.rescued_blocks == 0
          ? ""
          : fmt::format(", {} blocks scanned again without SIMD",
                        statistics.rescued_blocks);
  return fmt::format(
      "{} bytes, {} lines, {}{}, {:.3f} s, {}/s", statistics.bytes,
      statistics.lines, to_text(statistics.counts), rescued,
      statistics.elapsed.count(), base::to_size(rate_of(statistics)));
}

std::string to_json(const Statistics& statistics) {
  boost::json::object found;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    found[forms::kFormNames[i]] = statistics.counts.found[i];
  }
  return boost::json::serialize(boost::json::object{
      {"bytes", statistics.bytes},
      {"lines", statistics.lines},
      {"found", std::move(found)},
      {"truncated", statistics.counts.truncated},
      {"suspected", statistics.counts.suspected},
      {"rejected", statistics.counts.rejected},
      {"rescued_blocks", statistics.rescued_blocks},
      {"seconds", statistics.elapsed.count()},
      {"bytes_per_second", rate_of(statistics)},
  });
}

std::uint64_t count_lines(Bytes bytes) {
  return static_cast<std::uint64_t>(
      std::count(bytes.data(), bytes.data() + bytes.size(), '\n'));
}

void LiveCounters::publish(const stream::Counts& counts) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  findings.store(counts.found_in_all(), kRelaxed);
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    found[i].store(counts.found[i], kRelaxed);
  }
  truncated.store(counts.truncated, kRelaxed);
  suspected.store(counts.suspected, kRelaxed);
  rejected.store(counts.rejected, kRelaxed);
}

stream::Counts LiveCounters::counts() const {
  stream::Counts counts;
  for (std::size_t i = 0; i < forms::kFormCount; ++i)
    counts.found[i] = found[i];
  counts.truncated = truncated;
  counts.suspected = suspected;
  counts.rejected = rejected;
  return counts;
}

}  // namespace cflt::filter
