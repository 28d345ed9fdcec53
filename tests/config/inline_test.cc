#include "config/inline.h"

#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace cflt::config {
namespace {

using Texts = std::vector<std::string>;

Loaded inline_of(Texts sources, Texts sinks) {
  InlineWords words;
  words.sources = std::move(sources);
  words.sinks = std::move(sinks);
  return load_inline(words);
}

Settings good(Texts sources, Texts sinks) {
  const auto loaded = inline_of(std::move(sources), std::move(sinks));
  EXPECT_EQ(texts(loaded.errors), Texts());
  return loaded.settings.value_or(Settings{});
}

Source source(const std::string& text) {
  const auto settings = good({text}, {"blackhole"});
  return settings.sources.empty() ? Source{} : settings.sources[0];
}

Sink sink(const std::string& text) {
  const auto settings = good({"stdin"}, {text});
  return settings.sinks.empty() ? Sink{} : settings.sinks[0];
}

/// What is said about one source, without its place.
Texts source_errors(const std::string& text) {
  Texts result;
  const std::string place = "--source " + text + ": ";
  for (const auto& each : texts(inline_of({text}, {"stdout"}).errors)) {
    EXPECT_TRUE(each.starts_with(place)) << each;
    result.push_back(each.substr(place.size()));
  }
  return result;
}

TEST(Inline, SourceIsATypeAndAnAddress) {
  EXPECT_EQ(to_string(*source("syslog+tcp://127.0.0.1:5514").address),
            "tcp://127.0.0.1:5514");
  EXPECT_EQ(source("lines+udp://[::1]:1").type, SourceType::kLines);
  EXPECT_EQ(source("lines+unix:///p").address->path, "/p");
  EXPECT_EQ(source("syslog+systemd:NAME").address->path, "NAME");
  EXPECT_EQ(source("stdin").type, SourceType::kStdin);
}

TEST(Inline, SinkMayBeAFileOrNowhere) {
  EXPECT_EQ(sink("file:///a/b").path, "/a/b");
  EXPECT_EQ(sink("file:/a/b").path, "/a/b");
  EXPECT_EQ(sink("stdout").type, SinkType::kStdout);
  EXPECT_EQ(sink("blackhole").type, SinkType::kBlackhole);
  EXPECT_EQ(sink("syslog+tcp://h:1").type, SinkType::kSyslog);
}

TEST(Inline, KeysFollowAQuestionMark) {
  const auto app = source(
      "syslog+tcp://h:1?framing=newline&max_length=64KiB&"
      "permit_origin=10.0.0.0/8,::1");
  EXPECT_EQ(app.framing, framing::Framing::kNewline);
  EXPECT_EQ(app.max_length_bytes, 65536U);
  EXPECT_EQ(app.permit_origin.size(), 2U);
  EXPECT_EQ(source("lines+unix:///p?mode=0660").mode, 0660U);
}

TEST(Inline, KeysOfBufferAndReconnectStandAlone) {
  const auto out = sink(
      "lines+tcp://h:1?max_size=4MiB&when_full=drop_newest&initial=1s&"
      "reconnect.max=2s");
  EXPECT_EQ(out.max_size_bytes, 4U << 20);
  EXPECT_EQ(out.when_full, WhenFull::kDropNewest);
  EXPECT_EQ(out.reconnect_initial, std::chrono::seconds(1));
  EXPECT_EQ(out.reconnect_max, std::chrono::seconds(2));
}

TEST(Inline, PartsAreCalledByTypeAndNumber) {
  const auto settings =
      good({"syslog+tcp://h:1", "lines+tcp://h:2", "syslog+udp://h:1"},
           {"stdout", "lines+tcp://h:3"});
  Texts names;
  for (const auto& each : settings.sources) names.push_back(each.name);
  EXPECT_EQ(names, (Texts{"syslog1", "lines1", "syslog2"}));
  EXPECT_EQ(settings.sinks.at(0).name, "stdout1");
  EXPECT_EQ(settings.sinks.at(1).inputs, names);
}

TEST(Inline, ServiceTakesItsOptions) {
  InlineWords words;
  words.sources = {"stdin"};
  words.sinks = {"stdout"};
  words.workers = "auto";
  words.admin = "127.0.0.1:1";
  words.memory_limit = "1GiB";
  words.rules.mask_rejected = true;
  const auto settings = load_inline(words).settings.value();
  EXPECT_EQ(settings.service.workers, 0U);
  EXPECT_EQ(settings.service.admin->port, 1);
  EXPECT_EQ(settings.service.memory_limit_bytes, 1U << 30);
  EXPECT_TRUE(settings.rules.mask_rejected);
  words.workers = "0";
  EXPECT_EQ(texts(load_inline(words).errors),
            Texts{"--workers: workers: 0 is not a whole number from 1 to 256, "
                  "nor auto"});
}

TEST(Inline, MistakesAreToldWithTheOption) {
  EXPECT_EQ(source_errors("tcp://h:1"),
            Texts{"has no type; write lines+ or syslog+ before the address"});
  EXPECT_EQ(source_errors("sylog+tcp://h:1"),
            Texts{"type: sylog is not one of syslog, lines, stdin; did you "
                  "mean syslog?"});
  EXPECT_EQ(source_errors("lines+h:1"),
            Texts{"address: h:1 has no scheme; did you mean tcp://h:1?"});
  EXPECT_EQ(source_errors("lines"),
            Texts{"address is missing, such as tcp://127.0.0.1:5514"});
  EXPECT_EQ(source_errors("stdin?adress=x"),
            Texts{"unknown key adress in a source; did you mean address?"});
  EXPECT_EQ(source_errors("stdin?max_length"),
            Texts{"max_length is not key=value"});
  EXPECT_EQ(source_errors("stdin?max_length=1k&max_length=1k"),
            Texts{"max_length is given twice"});
  EXPECT_EQ(source_errors("lines+tcp://h:1?mode=0660"),
            Texts{"mode does not fit tcp://; it fits unix://, unixgram://"});
}

TEST(Inline, ChecksAcrossHold) {
  EXPECT_EQ(inline_of({"lines+tcp://127.0.0.1:1"}, {"lines+tcp://127.0.0.1:1"})
                .errors.size(),
            1U);
  EXPECT_EQ(inline_of({"stdin", "stdin"}, {"stdout"}).errors.size(), 1U);
  EXPECT_EQ(inline_of({"stdin"}, {}).errors.size(), 1U);
  EXPECT_EQ(inline_of({"stdin"}, {"stdout?inputs=x"}).errors.size(), 1U);
}

TEST(Inline, DollarsStayAsTheyAre) {
  EXPECT_EQ(sink("file:/a/${B}").path, "/a/${B}");
}

}  // namespace
}  // namespace cflt::config
