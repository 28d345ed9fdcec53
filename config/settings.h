// What the daemon is told to do: plain values, checked, nothing running.
//
// config/load.h makes Settings from YAML, config/inline.h from --source and
// --sink. Whoever holds one may rely on it: names are unique, inputs exist,
// numbers are in range, every address fits its type.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/framing/framing.h"
#include "core/records/choices.h"
#include "core/stream/rules.h"

namespace cflt::config {

using Milliseconds = std::chrono::milliseconds;

/// Where bytes come from or go to.
struct Address {
  enum class Scheme { kTcp, kUdp, kUnix, kUnixgram, kSystemd };

  Scheme scheme = Scheme::kTcp;
  std::string host;        // tcp, udp: a name or an IP, without brackets
  std::uint16_t port = 0;  // tcp, udp; 0 lets the kernel choose (sources)
  std::string path;        // unix, unixgram: path; systemd: the socket's name

  bool operator==(const Address&) const = default;
};

/// As it is written: "tcp://127.0.0.1:5514", "tcp://[::1]:5514",
/// "unix:///run/log.sock", "systemd:NAME".
std::string to_string(const Address& address);

/// Addresses that a connection may come from, such as 10.0.0.0/8.
struct Network {
  std::string address;  // an IP, version 4 or 6
  unsigned prefix = 0;  // bits
  /// The same in version 6, where 4 is mapped (RFC 4291, 2.5.5.2).
  std::array<std::uint8_t, 16> mapped_address{};
  unsigned mapped_prefix = 0;

  bool operator==(const Network&) const = default;
};

enum class SourceType { kSyslog, kLines, kStdin };

struct Source {
  std::string name;
  SourceType type = SourceType::kSyslog;
  std::optional<Address> address;                      // none for stdin
  framing::Framing framing = framing::Framing::kAuto;  // lines, stdin: kNewline
  std::uint64_t max_length_bytes = 1 << 20;            // of a record, redacted
  records::TooLong too_long = records::TooLong::kSplit;
  std::uint32_t connection_limit = 1024;
  std::vector<Network> permit_origin;  // empty: everybody
  Milliseconds idle_timeout{0};        // 0: never
  Milliseconds record_timeout{60'000};
  std::optional<unsigned> mode;  // unix sockets: 0660 and the like
  std::string user, group;       // unix sockets: owner; empty: left alone

  bool operator==(const Source&) const = default;
};

enum class SinkType { kLines, kSyslog, kStdout, kFile, kBlackhole };
enum class WhenFull { kBlock, kDropNewest };

/// The RFC 5424 header that sink `syslog` puts before records which do not
/// come from a syslog source.
struct SyslogHeader {
  unsigned facility = 1;  // user
  unsigned severity = 6;  // informational
  std::string app_name = "cflt-redact";
  std::string hostname;  // empty: this host's

  bool operator==(const SyslogHeader&) const = default;
};

struct Sink {
  std::string name;
  SinkType type = SinkType::kLines;
  std::vector<std::string> inputs;  // names of sources; globs are resolved
  std::optional<Address> address;   // lines, syslog
  std::string path;                 // file
  unsigned mode = 0640;             // file
  records::WireFraming framing = records::WireFraming::kNewline;
  records::EmbeddedNewline embedded_newline = records::EmbeddedNewline::kEscape;
  std::uint64_t max_size_bytes = 32 << 20;
  WhenFull when_full = WhenFull::kBlock;
  Milliseconds reconnect_initial{100};
  Milliseconds reconnect_max{5'000};
  SyslogHeader header;

  bool operator==(const Sink&) const = default;
};

/// True where a running sink can become the other and keep its connection: they
/// differ in who feeds it, in how much may wait, or in its patience.
inline bool may_become(Sink one, const Sink& other) {
  one.inputs = other.inputs;
  one.max_size_bytes = other.max_size_bytes;
  one.when_full = other.when_full;
  one.reconnect_initial = other.reconnect_initial;
  one.reconnect_max = other.reconnect_max;
  return one == other;
}

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

struct Service {
  unsigned workers = 1;  // 0: auto, where nobody said what that is
  Milliseconds drain_timeout{10'000};
  std::uint64_t memory_limit_bytes = 256 << 20;
  std::optional<Address> admin;  // tcp; none: no endpoint
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;

  bool operator==(const Service&) const = default;
};

struct Settings {
  Service service;
  stream::Options rules;
  std::vector<Source> sources;  // in the order of the file
  std::vector<Sink> sinks;
};

}  // namespace cflt::config
