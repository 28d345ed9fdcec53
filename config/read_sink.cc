#include <fmt/format.h>

#include "config/address.h"
#include "config/draft.h"
#include "config/map_reader.h"
#include "config/transports.h"
#include "config/words.h"

namespace cflt::config {
namespace {

using std::chrono::milliseconds;

/// RFC 5424, 6.2.4 and 6.2.5.
Parser<std::string> visible_up_to(std::size_t most) {
  return [most](std::string_view text) { return parse_visible(text, most); };
}

Result<Input> parse_input(std::string_view text) {
  if (!text.empty()) return Input{std::string(text), {}};
  return Problem{"is empty"};
}

/// An address that can be sent to.
Result<Address> parse_target(std::string_view text) {
  auto address = parse_address(text);
  if (!address) return address;
  if (!transport_of(*address).is_target) {
    return Problem{"systemd: fits sources only"};
  }
  const bool has_port = address->path.empty();
  if (has_port && address->port == 0) {
    return Problem{"port 0 is none to send to"};
  }
  return address;
}

Result<std::string> parse_buffer_type(std::string_view text) {
  if (text == "memory") return std::string(text);
  if (text == "disk") return Problem{"disk is not in this version yet"};
  return unknown_word(text, {"memory"});
}

void read_inputs(MapReader& map, const DocumentNode& node, SinkDraft& draft,
                 Report& report) {
  const Found found = map.read_list("inputs", draft.inputs, parse_input);
  draft.inputs_known = found == Found::kGood;
  if (map.misses("inputs")) {
    report.error(node.key_at, "inputs is missing: a list of sources");
  }
  if (found != Found::kGood) return;
  const DocumentNode& list = *node.find("inputs");
  for (std::size_t i = 0; i < draft.inputs.size(); ++i) {
    draft.inputs[i].at = list.children[i].at;
  }
}

void read_buffer(MapReader& map, SinkDraft& draft, Report& report) {
  const DocumentNode* node = map.map("buffer");
  draft.size_known = node != nullptr || !map.has("buffer");
  draft.size_at = node != nullptr ? node->at : draft.at;
  if (node == nullptr) return;
  MapReader buffer(*node, kBufferKeys, report);
  std::string type;
  buffer.read("type", type, parse_buffer_type);
  const Found size = buffer.read("max_size", draft.sink.max_size_bytes,
                                 size_between(kLeastBuffer, kMostBuffer));
  buffer.read("when_full", draft.sink.when_full, one_of(kWhenFull));
  draft.size_known = size != Found::kUnknown;
  draft.size_at = buffer.at("max_size");
}

void read_reconnect(MapReader& map, Sink& sink, Report& report) {
  const DocumentNode* node = map.map("reconnect");
  if (node == nullptr) return;
  MapReader reconnect(*node, kReconnectKeys, report);
  const Found initial = reconnect.read("initial", sink.reconnect_initial,
                                       duration_from(milliseconds(1)));
  const Found max =
      reconnect.read("max", sink.reconnect_max, duration_from(milliseconds(1)));
  if (initial == Found::kUnknown || max == Found::kUnknown) return;
  if (sink.reconnect_initial <= sink.reconnect_max) return;
  report.error(
      reconnect.at("initial"),
      fmt::format("initial: {}ms is more than max, {}ms",
                  sink.reconnect_initial.count(), sink.reconnect_max.count()));
}

void read_header(MapReader& map, SyslogHeader& header) {
  map.read("facility", header.facility, one_of_or_number(kFacilities));
  map.read("severity", header.severity, one_of_or_number(kSeverities));
  map.read("app_name", header.app_name, visible_up_to(48));
  map.read("hostname", header.hostname, visible_up_to(255));
}

void read_framing(MapReader& map, Sink& sink, Found type, Report& report) {
  map.read("framing", sink.framing, one_of(kSinkFramings));
  map.read("embedded_newline", sink.embedded_newline, one_of(kEmbeddedNewline));
  const bool counted = sink.framing == records::WireFraming::kOctetCounting;
  const bool plain =
      sink.type == SinkType::kStdout || sink.type == SinkType::kFile;
  if (counted && type == Found::kGood && plain) {
    map.error("framing", fmt::format("framing: octet_counting does not fit "
                                     "type {}, which takes newline, nul",
                                     word_for(sink.type, kSinkTypes)));
  }
  if (counted && map.has("embedded_newline")) {
    report.warn(map.at("embedded_newline"),
                "embedded_newline has no effect with octet_counting, which "
                "carries any byte");
  }
}

void check_missing(MapReader& map, const DocumentNode& node, const Sink& sink,
                   Found type, Report& report) {
  if (map.misses("type")) {
    report.error(node.key_at,
                 "type is missing: lines, syslog, stdout, file or blackhole");
  }
  if (type != Found::kGood) return;
  const bool sends =
      sink.type == SinkType::kLines || sink.type == SinkType::kSyslog;
  if (sends && map.misses("address")) {
    report.error(node.key_at,
                 "address is missing, such as tcp://127.0.0.1:5170");
  }
  if (sink.type == SinkType::kFile && map.misses("path")) {
    report.error(node.key_at, "path is missing: the file to append to");
  }
}

}  // namespace

SinkDraft read_sink(const DocumentNode& node, Report& report) {
  SinkDraft draft;
  draft.at = node.key_at;
  Sink& sink = draft.sink;
  sink.name = node.key;
  check_name(node, report);
  MapReader map(node, kSinkKeys, report);
  draft.inputs_known = draft.size_known = map.is_map();
  if (!map.is_map()) return draft;

  const Found type = map.read("type", sink.type, one_of(kSinkTypes));
  map.read("address", sink.address, parse_target);
  draft.address_at = map.at("address");
  map.read("path", sink.path, parse_path);
  map.read("mode", sink.mode, parse_mode);
  check_mode(node, report);
  check_missing(map, node, sink, type, report);
  read_inputs(map, node, draft, report);
  read_framing(map, sink, type, report);
  read_buffer(map, draft, report);
  read_reconnect(map, sink, report);
  read_header(map, sink.header);
  map.check_fit(situation_of(sink, type, kSinkTypes), names_of(kSinkTypes));
  return draft;
}

}  // namespace cflt::config
