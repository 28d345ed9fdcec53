#include "daemon/base/prometheus_text.h"

#include <gtest/gtest.h>

#include <clocale>
#include <map>
#include <regex>
#include <sstream>

#include "core/canary/canary.h"

namespace cflt::base {
namespace {

/// The value of a label, without its escapes.
std::string unescaped(const std::string& text) {
  std::string output;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      output += text[i];
    } else {
      output += text[++i] == 'n' ? '\n' : text[i];
    }
  }
  return output;
}

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  std::string value;
};

/// The format's grammar for the lines of a sample, as far as we use it.
Sample sample_of(const std::string& line) {
  static const std::regex kSample(
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+))re");
  static const std::regex kLabel(
      R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$))re");
  std::smatch match;
  EXPECT_TRUE(std::regex_match(line, match, kSample)) << line;
  Sample sample{match[1], {}, match[3]};
  std::string rest = match[2];
  constexpr auto kAtStart = std::regex_constants::match_continuous;
  for (std::smatch label; std::regex_search(rest, label, kLabel, kAtStart);) {
    sample.labels[label[1]] = unescaped(label[2]);
    rest = std::string(label.suffix());
  }
  EXPECT_EQ(rest, "") << line;
  return sample;
}

std::vector<std::string> lines_of(const Exposition& page) {
  std::istringstream text(page.text());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Exposition, CounterHasHelpTypeAndValue) {
  Exposition page;
  page.counter("x_total", "How many.", {{"source", "app"}}, 12);
  EXPECT_EQ(page.text(),
            "# HELP x_total How many.\n# TYPE x_total counter\n"
            "x_total{source=\"app\"} 12\n");
}

TEST(Exposition, NothingIsNoText) { EXPECT_EQ(Exposition().text(), ""); }

TEST(Exposition, SamplesOfOneNameStandTogether) {
  Exposition page;
  page.counter("b_total", "B.", {{"source", "one"}}, 1);
  page.gauge("a", "A.", {}, 0.5);
  page.counter("b_total", "B.", {{"source", "two"}}, 2);
  EXPECT_EQ(lines_of(page),
            (std::vector<std::string>{
                "# HELP b_total B.", "# TYPE b_total counter",
                "b_total{source=\"one\"} 1", "b_total{source=\"two\"} 2",
                "# HELP a A.", "# TYPE a gauge", "a 0.5"}));
}

TEST(Exposition, LargeCountersAreExact) {
  Exposition page;
  page.counter("x_total", "X.", {}, 9007199254740991.0);
  EXPECT_EQ(lines_of(page).back(), "x_total 9007199254740991");
}

TEST(Exposition, LabelsKeepQuotesAndBackslashes) {
  Exposition page;
  page.gauge("x", "X.", {{"a", R"(q"\)"}, {"b", "1,b=\"2\""}, {"c", ""}}, 1);
  const Sample sample = sample_of(lines_of(page).back());
  EXPECT_EQ(sample.labels.at("a"), R"(q"\)");
  EXPECT_EQ(sample.labels.at("b"), "1,b=\"2\"");
  EXPECT_EQ(sample.labels.at("c"), "");
}

TEST(Exposition, LabelsAreRedactedUtf8) {
  const std::string secret = canary::Canaries(5).next_secret();
  Exposition page;
  page.gauge("x", "X.", {{"a", "n\nl"}, {"b", "gr\xfcn"}, {"c", secret}}, 1);
  const Sample sample = sample_of(lines_of(page).back());
  EXPECT_EQ(sample.labels.at("a"), "n\\x0al");
  EXPECT_EQ(sample.labels.at("b"), "gr\\xfcn");
  EXPECT_EQ(sample.labels.at("c"), "cflt****");
}

TEST(Exposition, HistogramEndsWithInfinitySumAndCount) {
  const std::vector<double> bounds{0.001, 0.01};
  const std::vector<std::uint64_t> counts{3, 5, 6};
  Exposition page;
  page.histogram("scan_seconds", "Scans.", {{"worker", "0"}}, bounds, counts,
                 0.25);
  EXPECT_EQ(lines_of(page),
            (std::vector<std::string>{
                "# HELP scan_seconds Scans.", "# TYPE scan_seconds histogram",
                "scan_seconds_count{worker=\"0\"} 6",
                "scan_seconds_sum{worker=\"0\"} 0.25",
                "scan_seconds_bucket{worker=\"0\",le=\"0.001\"} 3",
                "scan_seconds_bucket{worker=\"0\",le=\"0.01\"} 5",
                "scan_seconds_bucket{worker=\"0\",le=\"+Inf\"} 6"}));
}

}  // namespace
}  // namespace cflt::base
