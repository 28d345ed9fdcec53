#include "daemon/scan/summary.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace cflt::daemon {

std::string to_text(const ScanSummary& summary) {
  const Statistics& totals = summary.totals;
  return fmt::format(
      "{} files, {} bytes, {}, {} not looked into, {} packed, {} symbolic "
      "links, "
      "{:.3f} s, {}/s",
      summary.files, totals.bytes, to_text(totals.counts),
      summary.not_looked_into, summary.packed, summary.links,
      totals.elapsed.count(), to_size(rate_of(totals)));
}

std::string to_json(const ScanSummary& summary) {
  const Statistics& totals = summary.totals;
  boost::json::object found;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    found[forms::kFormNames[i]] = totals.counts.found[i];
  }
  return boost::json::serialize(boost::json::object{
      {"files", summary.files},
      {"bytes", totals.bytes},
      {"found", std::move(found)},
      {"truncated", totals.counts.truncated},
      {"suspected", totals.counts.suspected},
      {"rejected", totals.counts.rejected},
      {"not_looked_into", summary.not_looked_into},
      {"packed", summary.packed},
      {"symbolic_links", summary.links},
      {"seconds", totals.elapsed.count()},
      {"bytes_per_second", rate_of(totals)},
  });
}

}  // namespace cflt::daemon
