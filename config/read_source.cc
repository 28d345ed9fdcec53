#include <fmt/format.h>

#include "config/address.h"
#include "config/draft.h"
#include "config/map_reader.h"
#include "config/transports.h"
#include "config/words.h"

namespace cflt::config {
namespace {

using std::chrono::milliseconds;

void check_framing(MapReader& map, const Source& source) {
  const bool syslog = source.type == SourceType::kSyslog;
  const bool counted = source.framing == framing::Framing::kAuto ||
                       source.framing == framing::Framing::kOctetCounting;
  if (!syslog && counted) {
    map.error("framing",
              fmt::format(
                  "framing: {} does not fit type {}, which takes newline, nul",
                  word_for(source.framing, kSourceFramings),
                  word_for(source.type, kSourceTypes)));
  }
}

void read_limits(MapReader& map, Source& source) {
  map.read("max_length", source.max_length_bytes,
           size_between(kLeastLength, kMostLength));
  map.read("too_long", source.too_long, one_of(kTooLong));
  map.read("connection_limit", source.connection_limit,
           number_between(1, 1'000'000));
  map.read_list("permit_origin", source.permit_origin, parse_network);
  map.read("idle_timeout", source.idle_timeout, duration_from(milliseconds(0)));
  map.read("record_timeout", source.record_timeout,
           duration_from(milliseconds(1)));
}

void read_socket_file(MapReader& map, Source& source) {
  map.read("mode", source.mode, parse_mode);
  map.read("user", source.user, parse_account);
  map.read("group", source.group, parse_account);
}

}  // namespace

SourceDraft read_source(const DocumentNode& node, Report& report) {
  SourceDraft draft;
  draft.at = node.key_at;
  Source& source = draft.source;
  source.name = node.key;
  check_name(node, report);
  MapReader map(node, kSourceKeys, report);
  if (!map.is_map()) return draft;

  const Found type = map.read("type", source.type, one_of(kSourceTypes));
  map.read("address", source.address, parse_address);
  draft.address_at = map.at("address");
  if (map.misses("type")) {
    report.error(node.key_at, "type is missing: syslog, lines or stdin");
  }
  if (map.misses("address") && type == Found::kGood &&
      source.type != SourceType::kStdin) {
    report.error(node.key_at,
                 "address is missing, such as "
                 "tcp://127.0.0.1:5514");
  }
  if (source.type != SourceType::kSyslog) {
    source.framing = framing::Framing::kNewline;
  }
  const Found framing =
      map.read("framing", source.framing, one_of(kSourceFramings));
  const bool datagrams = source.address && is_datagram(*source.address);
  if (framing == Found::kGood && type == Found::kGood && !datagrams) {
    check_framing(map, source);
  }
  read_limits(map, source);
  read_socket_file(map, source);
  check_mode(node, report);
  map.check_fit(situation_of(source, type, kSourceTypes),
                names_of(kSourceTypes));
  return draft;
}

}  // namespace cflt::config
