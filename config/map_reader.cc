#include "config/map_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/transports.h"
#include "config/words.h"

namespace cflt::config {
namespace {

std::string_view wanted_text(DocumentNode::Kind kind) {
  switch (kind) {
    case DocumentNode::Kind::kMap:
      return "a map of keys";
    case DocumentNode::Kind::kSequence:
      return "a list, such as [one, two]";
    case DocumentNode::Kind::kNull:
    case DocumentNode::Kind::kScalar:
      break;
  }
  return "a single value";
}

/// The names whose bits are set, "tcp://, udp://".
std::string names_in(unsigned set, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((set >> i & 1U) == 0) continue;
    text += (text.empty() ? "" : ", ") + names[i];
  }
  return text;
}

}  // namespace

std::string_view kind_text(const DocumentNode& node) {
  switch (node.kind) {
    case DocumentNode::Kind::kMap:
      return "a map";
    case DocumentNode::Kind::kSequence:
      return "a list";
    case DocumentNode::Kind::kScalar:
      return "a single value";
    case DocumentNode::Kind::kNull:
      break;
  }
  return "empty";
}

MapReader::MapReader(const DocumentNode& node, const KeyTable& table,
                     Report& report)
    : node_(node), table_(table), report_(report) {
  if (node.kind != DocumentNode::Kind::kMap) {
    if (node.unresolved && node.text.empty()) return;  // an alias
    report.error(node.at, fmt::format("{} must be a map of keys, but is {}",
                                      node.key.empty() ? std::string(table.what)
                                                       : shown(node.key) + ":",
                                      kind_text(node)));
    return;
  }
  for (const DocumentNode& child : node.children) {
    const Key* key = table.find(child.key);
    if (key == nullptr) {
      suggestions_.push_back(key_suggestion(child.key, table));
      report.error(child.key_at,
                   fmt::format("unknown key {} in {}{}", shown(child.key),
                               table.what, suggestions_.back()));
    } else if (key->planned) {
      report.error(child.key_at,
                   fmt::format("{} is not in this version yet", key->name));
    } else if (!key->removed.empty()) {
      report.error(child.key_at,
                   fmt::format("{} was removed: {}", key->name, key->removed));
    }
  }
}

void MapReader::check_fit(const Situation& situation,
                          const std::vector<std::string>& type_words) {
  static const std::vector<std::string> kSchemeWords = [] {
    std::vector<std::string> words;
    words.reserve(kTransports.size());
    for (const Transport& each : kTransports) words.emplace_back(each.prefix);
    return words;
  }();
  for (const DocumentNode& child : node_.children) {
    const Key* key = table_.find(child.key);
    if (key == nullptr || key->planned) continue;
    if ((key->types & situation.type) == 0) {
      report_.error(
          child.key_at,
          fmt::format("{} does not fit type {}; it fits {}", key->name,
                      situation.type_word, names_in(key->types, type_words)));
    } else if ((key->schemes & situation.scheme) == 0) {
      report_.error(
          child.key_at,
          fmt::format("{} does not fit {}; it fits {}{}", key->name,
                      situation.scheme_word,
                      names_in(key->schemes, kSchemeWords), key->reason));
    }
  }
}

bool MapReader::misses(std::string_view key) const {
  const auto suggested = fmt::format("; did you mean {}?", key);
  return !has(key) &&
         std::ranges::find(suggestions_, suggested) == suggestions_.end();
}

bool MapReader::is_kind(std::string_view key, const DocumentNode& node,
                        DocumentNode::Kind kind) {
  if (node.kind == kind) return true;
  if (node.unresolved && node.text.empty()) return false;  // an alias
  report_.error(node.at, fmt::format("{}: must be {}, but is {}", key,
                                     wanted_text(kind), kind_text(node)));
  return false;
}

Found MapReader::scalar(std::string_view key, const DocumentNode*& node) {
  node = node_.find(key);
  if (node == nullptr) return Found::kAbsent;
  return is_scalar(key, *node) ? Found::kGood : Found::kUnknown;
}

Found MapReader::list(std::string_view key, const DocumentNode*& node) {
  node = node_.find(key);
  if (node == nullptr) return Found::kAbsent;
  if (!is_kind(key, *node, DocumentNode::Kind::kSequence))
    return Found::kUnknown;
  if (!node->children.empty()) return Found::kGood;
  report_.error(node->at, fmt::format("{}: the list is empty", key));
  return Found::kUnknown;
}

const DocumentNode* MapReader::map(std::string_view key) {
  const DocumentNode* node = node_.find(key);
  if (node == nullptr) return nullptr;
  return is_kind(key, *node, DocumentNode::Kind::kMap) ? node : nullptr;
}

Position MapReader::at(std::string_view key) const {
  const DocumentNode* node = node_.find(key);
  return node == nullptr ? node_.at : node->at;
}

void MapReader::error(std::string_view key, const std::string& message) {
  report_.error(at(key), message);
}

}  // namespace cflt::config
