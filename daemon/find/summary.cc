#include "daemon/find/summary.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "daemon/base/host_and_time.h"
#include "daemon/base/messages.h"
#include "daemon/base/to_size.h"
#include "daemon/base/version.h"

namespace cflt::find {

std::string to_text(const ScanSummary& summary) {
  const filter::Statistics& totals = summary.totals;
  return fmt::format(
      "{} files, {} bytes, {}, {} ignored, {} not looked into, {} packed, {} "
      "symbolic links, {:.3f} s, {}/s",
      summary.files, totals.bytes, filter::to_text(totals.counts),
      summary.ignored, summary.not_looked_into, summary.packed, summary.links,
      totals.elapsed.count(), base::to_size(filter::rate_of(totals)));
}

namespace {

boost::json::object object_of(const ScanSummary& summary) {
  const filter::Statistics& totals = summary.totals;
  boost::json::object found;
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    found[forms::kFormNames[i]] = totals.counts.found[i];
  }
  return {
      {"files", summary.files},
      {"bytes", totals.bytes},
      {"found", std::move(found)},
      {"truncated", totals.counts.truncated},
      {"suspected", totals.counts.suspected},
      {"rejected", totals.counts.rejected},
      {"ignored", summary.ignored},
      {"not_looked_into", summary.not_looked_into},
      {"failed", summary.failed},
      {"packed", summary.packed},
      {"symbolic_links", summary.links},
      {"seconds", totals.elapsed.count()},
      {"bytes_per_second", filter::rate_of(totals)},
  };
}

}  // namespace

std::string to_json(const ScanSummary& summary) {
  return boost::json::serialize(object_of(summary));
}

std::string to_evidence(const ScanSummary& summary, const Evidence& evidence) {
  boost::json::object object = object_of(summary);
  object["started"] = base::to_utc(evidence.started);
  object["ended"] = base::to_utc(evidence.ended);
  object["host"] = base::safe_text(evidence.host);
  object["version"] = base::version_number();
  return boost::json::serialize(
             boost::json::object{{"summary", std::move(object)}}) +
         "\n";
}

}  // namespace cflt::find
