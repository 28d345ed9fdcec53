#include <fmt/format.h>

#include "config/address.h"
#include "config/draft.h"
#include "config/map_reader.h"
#include "config/suggest.h"
#include "config/words.h"

namespace cflt::config {
namespace {

using std::chrono::milliseconds;

constexpr std::array kMask = {Word{"short", redact::MaskLength::kShort},
                              Word{"same_length", redact::MaskLength::kSame}};
constexpr std::array kMismatch = {Word{"pass", false}, Word{"redact", true}};
constexpr std::array kTruncated = {Word{"mask", true}, Word{"pass", false}};

Result<unsigned> parse_workers(std::string_view text) {
  if (text == "auto") return 0U;
  const auto number = parse_number(text, 1, kMostWorkers);
  if (number) return static_cast<unsigned>(*number);
  return Problem{number.error().text + ", nor auto"};
}

void read_log(MapReader& service, Service& into, Report& report) {
  const DocumentNode* node = service.map("log");
  if (node == nullptr) return;
  MapReader log(*node, kLogKeys, report);
  log.read("level", into.log_level, one_of(kLogLevels));
  log.read("format", into.log_format, one_of(kLogFormats));
}

/// Reads each child of `root`'s map `key`, of which one at least is needed.
template <class Part, class Read>
void read_each(MapReader& top, const DocumentNode& root, std::string_view key,
               std::vector<Part>& into, const Read& read, Report& report) {
  if (!top.has(key)) {
    if (top.misses(key)) {
      report.error({root.at.place}, fmt::format("{} is missing", key));
    }
    return;
  }
  const DocumentNode* parts = top.map(key);
  if (parts == nullptr) return;
  if (parts->children.empty()) {
    report.error(parts->at, fmt::format("{}: one at least is needed", key));
  }
  for (const DocumentNode& part : parts->children)
    into.push_back(read(part, report));
}

}  // namespace

void check_name(const DocumentNode& node, Report& report) {
  if (is_name(node.key)) return;
  report.error(node.key_at,
               fmt::format("{} is not a name: up to 64 letters, digits, _, - "
                           "and ., with a letter or _ first",
                           shown(node.key)));
}

void check_mode(const DocumentNode& node, Report& report) {
  const DocumentNode* mode = node.find("mode");
  if (mode == nullptr || mode->quoted || mode->unresolved) return;
  if (mode->kind != DocumentNode::Kind::kScalar || !parse_mode(mode->text))
    return;
  report.error(mode->at,
               fmt::format("mode: write it in quotes, \"{}\"; without, readers "
                           "of YAML do not agree on what it is",
                           mode->text));
}

void read_service(const DocumentNode& node, Draft& draft, Report& report) {
  MapReader map(node, kServiceKeys, report);
  Service& service = draft.service;
  const Found workers = map.read("workers", service.workers, parse_workers);
  map.read("drain_timeout", service.drain_timeout,
           duration_from(milliseconds(0)));
  const Found memory = map.read("memory_limit", service.memory_limit_bytes,
                                size_between(0, kMostMemory));
  map.read("admin", service.admin, parse_admin_address);
  read_log(map, service, report);
  draft.admin_at = map.at("admin");
  draft.memory_limit_at = map.at("memory_limit");
  draft.memory_known =
      workers != Found::kUnknown && memory != Found::kUnknown && map.is_map();
}

void read_redact(const DocumentNode& node, Draft& draft, Report& report) {
  MapReader map(node, kRedactKeys, report);
  if (!map.is_map()) return;
  map.read("mask", draft.rules.mask, one_of(kMask));
  map.read("mismatch", draft.rules.mask_rejected, one_of(kMismatch));
  map.read("truncated", draft.rules.mask_truncated, one_of(kTruncated));
}

Draft read_draft(const DocumentNode& root, Report& report) {
  Draft draft;
  MapReader top(root, kTopKeys, report);
  if (!top.is_map()) return draft;
  draft.memory_limit_at = {root.at.place};
  if (const DocumentNode* node = top.map("service")) {
    read_service(*node, draft, report);
  }
  if (const DocumentNode* node = top.map("redact"))
    read_redact(*node, draft, report);
  read_each(top, root, "sources", draft.sources, read_source, report);
  read_each(top, root, "sinks", draft.sinks, read_sink, report);
  return draft;
}

}  // namespace cflt::config
