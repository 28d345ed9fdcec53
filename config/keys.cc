#include "config/keys.h"

#include <algorithm>
#include <array>

#include "config/settings.h"
#include "config/transports.h"

namespace cflt::config {
namespace {

constexpr unsigned kNetworkSources =
    bits(SourceType::kSyslog, SourceType::kLines);
constexpr unsigned kNetworkSinks = bits(SinkType::kLines, SinkType::kSyslog);
constexpr unsigned kStreamSinks = bits(SinkType::kLines, SinkType::kSyslog,
                                       SinkType::kStdout, SinkType::kFile);
constexpr unsigned kStreams =
    schemes_where([](const Transport& each) { return !each.is_datagram; });
constexpr unsigned kStreamTargets = schemes_where(
    [](const Transport& each) { return !each.is_datagram && each.is_target; });
constexpr unsigned kSocketFiles = schemes_where(
    [](const Transport& each) { return each.place == Place::kPath; });
/// Peers of sockets with a path are on this machine.
constexpr unsigned kWithOrigin = ~kSocketFiles;
constexpr std::string_view kDatagram = " (each datagram is a record)";

constexpr std::array kTop = {Key{"service"}, Key{"redact"}, Key{"sources"},
                             Key{"sinks"}};

constexpr std::array kService = {Key{"workers"}, Key{"drain_timeout"},
                                 Key{"memory_limit"}, Key{"admin"}, Key{"log"}};

constexpr std::array kLog = {Key{"level"}, Key{"format"}};

constexpr std::array kRedact = {
    Key{"mask"}, Key{"mismatch"}, Key{"truncated"},
    // Told until 1.0.
    Key{.name = "forms",
        .removed = "all forms are looked for (docs/language.md)"}};

constexpr std::array kSource = {
    Key{"type"},
    Key{"address", kNetworkSources},
    Key{"framing", kAny, kStreams, kDatagram},
    Key{"max_length"},
    Key{"too_long"},
    Key{"connection_limit", kNetworkSources, kStreams},
    Key{"permit_origin", kNetworkSources, kWithOrigin},
    Key{"idle_timeout", kNetworkSources, kStreams},
    Key{"record_timeout", kNetworkSources, kStreams, kDatagram},
    Key{"mode", kNetworkSources, kSocketFiles},
    Key{"user", kNetworkSources, kSocketFiles},
    Key{"group", kNetworkSources, kSocketFiles},
    Key{.name = "tls", .planned = true}};

constexpr std::array kSink = {
    Key{"type"},
    Key{"inputs"},
    Key{"address", kNetworkSinks},
    Key{"path", bits(SinkType::kFile)},
    Key{"mode", bits(SinkType::kFile)},
    Key{"framing", kStreamSinks, kStreamTargets, kDatagram},
    Key{"embedded_newline", kStreamSinks, kStreamTargets,
        " (a datagram carries any byte)"},
    Key{"buffer"},
    Key{"reconnect", kNetworkSinks},
    Key{"facility", bits(SinkType::kSyslog)},
    Key{"severity", bits(SinkType::kSyslog)},
    Key{"app_name", bits(SinkType::kSyslog)},
    Key{"hostname", bits(SinkType::kSyslog)},
    Key{.name = "tls", .planned = true}};

constexpr std::array kBuffer = {Key{"type"}, Key{"max_size"}, Key{"when_full"}};

constexpr std::array kReconnect = {Key{"initial"}, Key{"max"}};

}  // namespace

const Key* KeyTable::find(std::string_view name) const {
  const auto found = std::ranges::find(keys, name, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

constexpr KeyTable kTopKeys{"a configuration", kTop};
constexpr KeyTable kServiceKeys{"service", kService};
constexpr KeyTable kLogKeys{"service.log", kLog};
constexpr KeyTable kRedactKeys{"redact", kRedact};
constexpr KeyTable kSourceKeys{"a source", kSource};
constexpr KeyTable kSinkKeys{"a sink", kSink};
constexpr KeyTable kBufferKeys{"buffer", kBuffer};
constexpr KeyTable kReconnectKeys{"reconnect", kReconnect};

}  // namespace cflt::config
