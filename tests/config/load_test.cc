#include <gtest/gtest.h>

#include <filesystem>

#include "config/address.h"
#include "config/cross_checks.h"
#include "tests/config/loading.h"

namespace cflt::config {
namespace {

using Texts = std::vector<std::string>;
using std::chrono::milliseconds;

/// Every key, with a value that is not its default.
constexpr const char* kEverything = R"(
service:
  workers: auto
  drain_timeout: 3s
  memory_limit: 1GiB
  admin: 0.0.0.0:9999
  log: { level: warn, format: json }
redact:
  mask: same_length
  mismatch: redact
  truncated: pass
sources:
  app:
    type: syslog
    address: tcp://127.0.0.1:5514
    framing: octet_counting
    max_length: 64KiB
    too_long: truncate
    connection_limit: 7
    permit_origin: [127.0.0.0/8, "::1"]
    idle_timeout: 5m
    record_timeout: 1s
  local:
    type: lines
    address: unix:///run/x.sock
    framing: nul
    mode: "0620"
    user: root
    group: "4"
sinks:
  shipper:
    type: syslog
    inputs: [local, "a*"]
    address: tcp://[::1]:5170
    framing: octet_counting
    buffer: { type: memory, max_size: 1MiB, when_full: drop_newest }
    reconnect: { initial: 1s, max: 1m }
    facility: local3
    severity: 4
    app_name: web
    hostname: here
  copy:
    type: file
    inputs: [app]
    path: /var/log/x
    mode: "0600"
    framing: nul
    embedded_newline: keep
)";

TEST(Load, ServiceTakesEveryKey) {
  const Service expected{
      .workers = 0,
      .drain_timeout = milliseconds(3000),
      .memory_limit_bytes = 1 << 30,
      .admin = *parse_admin_address("0.0.0.0:9999"),
      .log_level = LogLevel::kWarn,
      .log_format = LogFormat::kJson,
  };
  EXPECT_EQ(settings(kEverything).service, expected);
}

TEST(Load, RedactTakesEveryKey) {
  const stream::Options rules = settings(kEverything).rules;
  EXPECT_EQ(rules.mask, redact::MaskLength::kSame);
  EXPECT_TRUE(rules.mask_rejected);
  EXPECT_FALSE(rules.mask_truncated);
}

TEST(Load, SourceTakesEveryKey) {
  const auto sources = settings(kEverything).sources;
  ASSERT_EQ(sources.size(), 2U);
  Source app;
  app.name = "app";
  app.address = *parse_address("tcp://127.0.0.1:5514");
  app.framing = framing::Framing::kOctetCounting;
  app.max_length_bytes = 65536;
  app.too_long = records::TooLong::kTruncate;
  app.connection_limit = 7;
  app.permit_origin = {*parse_network("127.0.0.0/8"), *parse_network("::1")};
  app.idle_timeout = milliseconds(300'000);
  app.record_timeout = milliseconds(1000);
  EXPECT_EQ(sources[0], app);
  EXPECT_EQ(sources[1].framing, framing::Framing::kNul);
  EXPECT_EQ(sources[1].mode, 0620U);
  EXPECT_EQ(sources[1].user + ":" + sources[1].group, "root:4");
}

TEST(Load, SinkTakesEveryKey) {
  const auto sinks = settings(kEverything).sinks;
  ASSERT_EQ(sinks.size(), 2U);
  Sink shipper;
  shipper.name = "shipper";
  shipper.type = SinkType::kSyslog;
  shipper.inputs = {"local", "app"};
  shipper.address = *parse_address("tcp://[::1]:5170");
  shipper.framing = records::WireFraming::kOctetCounting;
  shipper.max_size_bytes = 1 << 20;
  shipper.when_full = WhenFull::kDropNewest;
  shipper.reconnect_initial = milliseconds(1000);
  shipper.reconnect_max = milliseconds(60'000);
  shipper.header = {
      .facility = 19, .severity = 4, .app_name = "web", .hostname = "here"};
  EXPECT_EQ(sinks[0], shipper);
  EXPECT_EQ(sinks[1].path, "/var/log/x");
  EXPECT_EQ(sinks[1].mode, 0600U);
  EXPECT_EQ(sinks[1].framing, records::WireFraming::kNul);
  EXPECT_EQ(sinks[1].embedded_newline, records::EmbeddedNewline::kKeep);
}

TEST(Load, WhatIsLeftOutHasItsDefault) {
  const auto loaded = settings(with("type: stdin", "type: stdout"));
  EXPECT_EQ(loaded.service, Service{});
  Source source;
  source.name = "app";
  source.type = SourceType::kStdin;
  source.framing = framing::Framing::kNewline;
  EXPECT_EQ(loaded.sources, std::vector{source});
  Sink sink;
  sink.name = "out";
  sink.type = SinkType::kStdout;
  sink.inputs = {"app"};
  EXPECT_EQ(loaded.sinks, std::vector{sink});
}

TEST(Load, SyslogFindsOutItsFraming) {
  const auto loaded =
      settings(with_source("type: syslog, address: \"tcp://127.0.0.1:1\""));
  EXPECT_EQ(loaded.sources.at(0).framing, framing::Framing::kAuto);
}

TEST(Load, MasksAreShortByDefault) {
  const auto rules = [](const std::string& redact) {
    return settings(redact + with_sink("type: stdout")).rules;
  };
  EXPECT_EQ(rules("").mask, redact::MaskLength::kShort);
  EXPECT_EQ(rules("redact: {mask: short}\n").mask, redact::MaskLength::kShort);
  EXPECT_EQ(rules("redact: {mask: same_length}\n").mask,
            redact::MaskLength::kSame);
}

TEST(Load, InputsKeepTheirOrderAndComeOnce) {
  const auto loaded = settings(
      "sources:\n"
      "  b1: {type: stdin}\n"
      "  a: {type: lines, address: \"tcp://h:1\"}\n"
      "  b2: {type: lines, address: \"tcp://h:2\"}\n"
      "sinks: {out: {type: stdout, inputs: [a, \"b?\", \"*\"]}}\n");
  EXPECT_EQ(loaded.sinks.at(0).inputs, (Texts{"a", "b1", "b2"}));
}

TEST(Load, SourceThatNobodyReadsIsAWarning) {
  EXPECT_EQ(warnings("sources: {a: {type: stdin},\n"
                     "  b: {type: lines, address: \"udp://h:1\"}}\n"
                     "sinks: {out: {type: stdout, inputs: [a]}}\n"),
            Texts{"f:2:3: no sink has source b among its inputs; what it "
                  "receives is dropped"});
}

TEST(Load, BufferBelowTheLongestRecordIsAWarning) {
  EXPECT_EQ(warnings(with_sink("type: stdout, buffer: {max_size: 64KiB}")),
            Texts{"f:2:63: max_size: 64KiB is less than the longest record of "
                  "source app (max_length 1MiB)"});
}

TEST(Load, EmbeddedNewlineUnderCountsIsAWarning) {
  EXPECT_EQ(warnings(with_sink("type: lines, address: \"tcp://h:1\", framing: "
                               "octet_counting, embedded_newline: keep"))
                .size(),
            1U);
}

TEST(Load, TcpAndUdpMayShareAPort) {
  settings(
      "sources:\n"
      "  t: {type: syslog, address: \"tcp://127.0.0.1:5514\"}\n"
      "  u: {type: syslog, address: \"udp://127.0.0.1:5514\"}\n"
      "sinks: {out: {type: stdout, inputs: [t, u]}}\n");
}

TEST(Load, MemoryForTheNeedIsEnough) {
  const std::string parts = with_sink("type: stdout");
  settings("service: {memory_limit: 44MiB}\n" + parts);
  EXPECT_EQ(errors("service: {memory_limit: 46137343}\n" + parts).size(), 1U);
}

TEST(Load, DatagramsAndLongRecordsCountInTheNeed) {
  const auto with_limit = [](const std::string& limit,
                             const std::string& scheme) {
    return "service: {workers: 2, memory_limit: " + limit +
           "}\n"
           "sources:\n"
           "  a: {type: lines, address: \"" +
           scheme +
           "://127.0.0.1:1\", max_length: 16MiB}\n"
           "sinks:\n"
           "  out: {type: stdout, inputs: [a], buffer: {max_size: 16MiB}}\n"
           "  hole: {type: blackhole, inputs: [a], buffer: {max_size: "
           "16MiB}}\n";
  };
  // Buffers, two workers, two records and their copies.
  settings(with_limit("104MiB", "tcp"));
  EXPECT_EQ(errors(with_limit("103MiB", "tcp")).size(), 1U);
  // Room for datagrams; and what is in them may have to be escaped.
  settings(with_limit("240MiB", "udp"));
  EXPECT_EQ(errors(with_limit("239MiB", "udp")).size(), 1U);
}

TEST(Load, WorkersCountInTheNeed) {
  const std::string parts = with_sink("type: stdout");
  settings("service: {workers: auto, memory_limit: 44MiB}\n" + parts);
  settings("service: {workers: 3, memory_limit: 52MiB}\n" + parts);
  EXPECT_EQ(
      errors("service: {workers: auto, memory_limit: 43MiB}\n" + parts).size(),
      1U);
  EXPECT_EQ(
      errors("service: {workers: 3, memory_limit: 51MiB}\n" + parts).size(),
      1U);
}

TEST(Load, AutoIsCheckedForTheWorkersThatItStandsFor) {
  const std::string parts = with("type: stdin, max_length: 1MiB",
                                 "type: blackhole, buffer: {max_size: 32MiB}");
  const auto of = [&parts](const char* limit, unsigned workers) {
    return load_text(std::string("service: {workers: auto, memory_limit: ") +
                         limit + "}\n" + parts,
                     "f", lookup_in({}), {.auto_workers = workers});
  };
  EXPECT_EQ(of("52MiB", 3).settings.value().service.workers, 3U);
  EXPECT_EQ(of("51MiB", 3).errors.size(), 1U);
  EXPECT_EQ(of("51MiB", 1).errors.size(), 0U);
}

TEST(Load, ManyErrorsAreCutShort) {
  std::string text = with_sink("type: stdout");
  for (int i = 0; i < 150; ++i) {
    text.append("x").append(std::to_string(i)).append(": 1\n");
  }
  const auto all = errors(text);
  ASSERT_EQ(all.size(), 101U);
  EXPECT_EQ(all.back(), "f: and 50 more");
}

TEST(Load, LongValueIsNotQuotedInPart) {
  const std::string secret(64, 's');
  const auto all = errors(with_sink("type: " + secret));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].find("sss"), std::string::npos);
  EXPECT_NE(all[0].find("(a value of 64 bytes)"), std::string::npos);
}

TEST(LoadFile, WhatCannotBeReadIsAComplaint) {
  EXPECT_EQ(texts(load_file("/nonexistent", from_environment).errors),
            Texts{"/nonexistent: No such file or directory"});
  EXPECT_EQ(texts(load_file("/tmp", from_environment).errors),
            Texts{"/tmp: Is a directory"});
  EXPECT_EQ(texts(load_file("/dev/zero", from_environment).errors),
            Texts{"/dev/zero: has more than 1 MiB"});
}

TEST(LoadFile, EveryExampleIsGood) {
  std::size_t count = 0;
  const std::filesystem::path folder(CFLT_SOURCE_DIR "/config/examples");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto loaded = load_file(entry.path().string(), lookup_in({}));
    EXPECT_EQ(texts(loaded.errors), Texts());
    EXPECT_EQ(texts(loaded.warnings), Texts());
    ++count;
  }
  EXPECT_GE(count, 5U);
}

TEST(Matches, StarsAndQuestionMarks) {
  EXPECT_TRUE(matches("app*", "app"));
  EXPECT_TRUE(matches("*_copy", "a_copy"));
  EXPECT_TRUE(matches("a*b*c", "aXbXbYc"));
  EXPECT_TRUE(matches("a?c", "abc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("a?", "a"));
  EXPECT_FALSE(matches("app", "apps"));
  EXPECT_FALSE(matches("a*b", "ac"));
  EXPECT_FALSE(matches("a[pq]p", "app"));
  EXPECT_FALSE(matches(std::string("app\0x", 5), "app"));
}

}  // namespace
}  // namespace cflt::config
