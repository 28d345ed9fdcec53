#include "daemon/serve/admin/status_page.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace cflt::serve::admin {
namespace {

using std::chrono::seconds;

/// What a daemon with one source and one sink says after `records` records.
base::Exposition after(double records, const std::string& source = "app") {
  base::Exposition metrics;
  metrics.gauge("process_start_time_seconds", "", {}, 1000);
  metrics.counter("cflt_redact_source_records_total", "", {{"source", source}},
                  records);
  metrics.counter("cflt_redact_secrets_total", "",
                  {{"source", source}, {"form", "json"}}, records / 100);
  metrics.gauge("cflt_redact_sink_up", "", {{"sink", "out"}}, 1);
  metrics.counter("cflt_redact_dropped_records_total", "",
                  {{"source", source}, {"sink", "out"}, {"reason", "full"}}, 0);
  return metrics;
}

StatusPage::Time at(int second) { return StatusPage::Time(seconds(second)); }

bool has(const std::string& page, std::string_view text) {
  return page.find(text) != page.npos;
}

TEST(StatusPage, FirstRatesAreThoseSinceTheStart) {
  EXPECT_TRUE(has(StatusPage().render(after(500), "", at(1010)),
                  "<td>app</td><td>500</td><td>50</td>"));
}

TEST(StatusPage, LaterRatesAreThoseSinceTheLastLook) {
  StatusPage page;
  page.render(after(500), "", at(1010));
  const auto text = page.render(after(900), "", at(1014));
  EXPECT_TRUE(has(text, "<td>app</td><td>900</td><td>100</td>"));
  EXPECT_TRUE(has(text, "Rates are of the last 4 s."));
}

TEST(StatusPage, SaysWhetherItIsReadyAndWhyNot) {
  EXPECT_TRUE(has(StatusPage().render(after(0), "", at(1010)), ">Ready<"));
  EXPECT_TRUE(has(StatusPage().render(after(0), "draining", at(1010)),
                  ">Not ready: draining<"));
}

TEST(StatusPage, NamesAreText) {
  const auto text = StatusPage().render(after(1, "<b>&\"x"), "", at(1010));
  EXPECT_TRUE(has(text, "<td>&lt;b&gt;&amp;&quot;x</td>"));
}

TEST(StatusPage, ShowsTheFormsThatWereFound) {
  EXPECT_TRUE(
      has(StatusPage().render(after(0), "", at(1010)), "None has been found."));
  EXPECT_TRUE(has(StatusPage().render(after(1234500), "", at(1010)),
                  "<td>json</td><td>12\u202f345</td>"));
}

TEST(StatusPage, MarksWhatIsWrong) {
  auto metrics = after(1);
  EXPECT_FALSE(has(StatusPage().render(metrics, "", at(1010)), "\"bad\""));
  metrics.counter("cflt_redact_dropped_records_total", "",
                  {{"source", "app"}, {"sink", "out"}, {"reason", "full"}}, 7);
  EXPECT_TRUE(has(StatusPage().render(metrics, "", at(1010)),
                  "<span class=\"bad\">7</span>"));
}

}  // namespace
}  // namespace cflt::serve::admin
