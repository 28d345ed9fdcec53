#include "daemon/serve/admin/status_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/base/to_size.h"
#include "daemon/base/version.h"

namespace cflt::serve::admin {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'">
<title>cflt-redact</title>
<style>
:root { --text: #1d2430; --quiet: #5b6472; --page: #fbfbfa; --line: #d9dce1;
  --good: #1a6b3c; --bad: #a3232c; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e7ec; --quiet: #9aa4b2; --page: #15181d; --line: #333a44;
    --good: #6fcf97; --bad: #ff8a80; }
}
body { margin: 2rem auto; max-width: 68rem; padding: 0 1rem; color: var(--text);
  background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
p { margin: .3rem 0; }
.quiet { color: var(--quiet); }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.narrow table { width: auto; min-width: 16rem; }
th, td { padding: .3rem .8rem .3rem 0; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; }
th:first-child, td:first-child { text-align: left; }
a { color: inherit; }
</style>
</head>
<body>
)";

/// Names come from the configuration, which may hold anything.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char each : text) {
    switch (each) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += each;
    }
  }
  return result;
}

/// With spaces between thousands.
std::string grouped(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0;
       at -= 3) {
    digits.insert(static_cast<std::size_t>(at), "\u202f");
  }
  return digits;
}

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 172800) return fmt::format("{:.0f} h", seconds / 3600);
  return fmt::format("{:.0f} days", seconds / 86400);
}

/// A number of what should not be there.
std::string trouble(double number) {
  if (number == 0) return "0";
  return fmt::format("<span class=\"bad\">{}</span>", grouped(number));
}

using Cells = std::vector<std::string>;

std::string row(const Cells& cells, std::string_view kind) {
  std::string result = "<tr>";
  for (const auto& cell : cells) {
    result += fmt::format("<{}>{}</{}>", kind, cell, kind.substr(0, 2));
  }
  return result + "</tr>\n";
}

std::string table(std::string_view title, const Cells& head,
                  const std::vector<Cells>& rows) {
  std::string result = fmt::format(
      "<h2>{}</h2>\n<div class=\"{}\"><table>\n<thead>{}</thead>\n<tbody>\n",
      title, head.size() > 2 ? "wide" : "narrow",
      row(head, "th scope=\"col\""));
  for (const auto& cells : rows) result += row(cells, "td");
  return result + "</tbody>\n</table></div>\n";
}

/// What the page is made of: the metrics now, and those of the last look.
struct Look {
  const base::Exposition& now;
  const base::Exposition& before;
  double seconds;  // between the two

  double rate(std::string_view family,
              const base::Exposition::Labels& labels) const {
    // A reload may have brought or taken a series.
    const double grown =
        std::max(0.0, now.sum(family, labels) - before.sum(family, labels));
    return grown / seconds;
  }
};

std::string state(const Look& look, std::string_view not_ready, double up_for) {
  const base::Exposition& now = look.now;
  const double failures = now.sum("cflt_redact_selftest_failures_total");
  const double refused =
      now.sum("cflt_redact_reloads_total", {{"result", "refused"}});
  std::string result =
      fmt::format("<h1>cflt-redact <span class=\"quiet\">{}</span></h1>\n",
                  base::version_number());
  result += not_ready.empty()
                ? "<p><span class=\"good\">Ready</span>"
                : fmt::format("<p><span class=\"bad\">Not ready: {}</span>",
                              escaped(not_ready));
  result += fmt::format(
      ", up for {}. Self-test: {}. Reloads: {} done, {} refused. Memory: {}; "
      "CPU: {:.0f} s; {:.0f} descriptors open.</p>\n",
      duration(up_for),
      failures == 0 ? "has never failed" : trouble(failures) + " failures",
      grouped(now.sum("cflt_redact_reloads_total", {{"result", "done"}})),
      trouble(refused), base::to_size(now.sum("process_resident_memory_bytes")),
      now.sum("process_cpu_seconds_total"), now.sum("process_open_fds"));
  return result;
}

std::string sources(const Look& look) {
  std::vector<Cells> rows;
  const base::Exposition& now = look.now;
  for (const auto& name :
       now.values_of("cflt_redact_source_records_total", "source")) {
    const base::Exposition::Labels of = {{"source", name}};
    rows.push_back(
        {escaped(name),
         grouped(now.sum("cflt_redact_source_records_total", of)),
         grouped(look.rate("cflt_redact_source_records_total", of)),
         base::to_size(look.rate("cflt_redact_source_bytes_total", of)),
         grouped(now.sum("cflt_redact_source_open_connections", of)),
         grouped(now.sum("cflt_redact_secrets_total", of)),
         grouped(now.sum("cflt_redact_suspected_secrets_total", of)),
         duration(now.sum("cflt_redact_source_stalled_seconds_total", of)),
         trouble(now.sum("cflt_redact_source_lost_bytes_total", of)),
         trouble(now.sum("cflt_redact_source_refused_connections_total", of) +
                 now.sum("cflt_redact_source_not_permitted_total", of))});
  }
  return table(
      "Sources",
      {"source", "records", "records/s", "bytes/s", "connections", "secrets",
       "suspected", "blocked by sinks", "lost bytes", "refused"},
      rows);
}

std::string sinks(const Look& look) {
  std::vector<Cells> rows;
  const base::Exposition& now = look.now;
  for (const auto& name : now.values_of("cflt_redact_sink_up", "sink")) {
    const base::Exposition::Labels of = {{"sink", name}};
    const double up = now.sum("cflt_redact_sink_up", of);
    rows.push_back(
        {escaped(name),
         up == 1 ? "<span class=\"good\">up</span>"
         : up == 0
             ? "<span class=\"bad\">down</span>"
             : fmt::format("<span class=\"bad\">{:.0f} % up</span>", 100 * up),
         grouped(now.sum("cflt_redact_delivered_records_total", of)),
         grouped(look.rate("cflt_redact_delivered_records_total", of)),
         base::to_size(look.rate("cflt_redact_sink_bytes_total", of)),
         grouped(now.sum("cflt_redact_queued_records", of)),
         fmt::format(
             "{} of {}",
             base::to_size(now.sum("cflt_redact_sink_queue_bytes", of)),
             base::to_size(now.sum("cflt_redact_sink_queue_limit_bytes", of))),
         trouble(now.sum("cflt_redact_dropped_records_total", of)),
         grouped(now.sum("cflt_redact_sink_retries_total", of))});
  }
  return table("Sinks",
               {"sink", "state", "delivered", "records/s", "bytes/s", "queued",
                "queue", "dropped", "retries"},
               rows);
}

std::string findings(const Look& look) {
  std::vector<Cells> rows;
  for (const auto& form :
       look.now.values_of("cflt_redact_secrets_total", "form")) {
    const double count =
        look.now.sum("cflt_redact_secrets_total", {{"form", form}});
    if (count > 0) rows.push_back({form, grouped(count)});
  }
  if (rows.empty()) return "<h2>Secrets</h2>\n<p>None has been found.</p>\n";
  return table("Secrets", {"form", "masked"}, rows);
}

}  // namespace

std::string StatusPage::render(base::Exposition metrics,
                               std::string_view not_ready, Time now) {
  using Seconds = std::chrono::duration<double>;
  const double up_for = Seconds(now.time_since_epoch()).count() -
                        metrics.sum("process_start_time_seconds");
  const double since_last =
      last_time_ == Time{} ? up_for : Seconds(now - last_time_).count();
  const Look look{metrics, last_, std::max(since_last, 1e-3)};
  std::string page(kHead);
  page += state(look, not_ready, up_for);
  page += sources(look) + sinks(look) + findings(look);
  page += fmt::format(
      "<p class=\"quiet\">Rates are of the last {}. <a "
      "href=\"/metrics\">/metrics"
      "</a> <a href=\"/livez\">/livez</a> <a href=\"/readyz\">/readyz</a></p>\n"
      "</body>\n</html>\n",
      duration(look.seconds));
  last_ = std::move(metrics);
  last_time_ = now;
  return page;
}

}  // namespace cflt::serve::admin
