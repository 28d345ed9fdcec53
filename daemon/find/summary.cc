#include "daemon/find/summary.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "daemon/base/to_size.h"

namespace cflt::find {

std::string to_text(const ScanSummary& summary) {
  const filter::Statistics& totals = summary.totals;
  return fmt::format(
      "{} files, {} bytes, {}, {} not looked into, {} packed, {} symbolic "
      "links, "
      "{:.3f} s, {}/s",
      summary.files, totals.bytes, filter::to_text(totals.counts),
      summary.not_looked_into, summary.packed, summary.links,
      totals.elapsed.count(), base::to_size(filter::rate_of(totals)));
}

std::string to_json(const ScanSummary& summary) {
  const filter::Statistics& totals = summary.totals;
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
      {"bytes_per_second", filter::rate_of(totals)},
  });
}

}  // namespace cflt::find
