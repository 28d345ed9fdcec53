#include "config/inline.h"

#include <fmt/format.h>

#include <map>

#include "config/assemble.h"
#include "config/document.h"
#include "config/values.h"
#include "core/stream/redact_text.h"

namespace cflt::config {
namespace {

/// Keys that may stand without their map.
constexpr std::pair<std::string_view, std::string_view> kShortKeys[] = {
    {"max_size", "buffer"},
    {"when_full", "buffer"},
    {"initial", "reconnect"},
    {"max", "reconnect"}};

/// Splits at the first `mark`; the second part is empty where there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text,
                                                  char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// Builds the document that a file would have given.
class Writer {
 public:
  explicit Writer(const InlineWords& words) : words_(words) {
    root_.kind = DocumentNode::Kind::kMap;
  }

  DocumentNode write() {
    add_service();
    add_parts("--source", words_.sources, false);
    add_parts("--sink", words_.sinks, true);
    return std::move(root_);
  }
  std::vector<std::string> places() const { return places_; }
  const std::vector<std::pair<Position, std::string>>& errors() const {
    return errors_;
  }

 private:
  Position here() const {
    return {static_cast<std::uint32_t>(places_.size() - 1)};
  }
  void error(std::string message) {
    errors_.emplace_back(here(), std::move(message));
  }

  DocumentNode scalar(std::string_view text) const {
    DocumentNode node;
    node.kind = DocumentNode::Kind::kScalar;
    node.at = here();
    node.text = text;
    node.quoted = true;
    return node;
  }

  /// The child map `key` of `parent`, new if need be.
  DocumentNode& map_in(DocumentNode& parent, std::string_view key) {
    for (DocumentNode& child : parent.children) {
      if (child.key == key) return child;
    }
    DocumentNode node;
    node.kind = DocumentNode::Kind::kMap;
    return add(parent, key, std::move(node));
  }

  DocumentNode& add(DocumentNode& parent, std::string_view key,
                    DocumentNode value) {
    value.key = key;
    value.key_at = value.at = here();
    parent.children.push_back(std::move(value));
    return parent.children.back();
  }

  void add_service() {
    add_service_key("--workers", "workers", words_.workers);
    add_service_key("--admin", "admin", words_.admin);
    add_service_key("--memory-limit", "memory_limit", words_.memory_limit);
  }
  void add_service_key(const char* option, const char* key,
                       const std::optional<std::string>& value) {
    if (!value) return;
    places_.emplace_back(option);
    add(map_in(root_, "service"), key, scalar(*value));
  }

  void add_parts(const char* option, const std::vector<std::string>& parts,
                 bool is_sink) {
    const char* key = is_sink ? "sinks" : "sources";
    map_in(root_, key);
    for (const std::string& text : parts) {
      places_.push_back(fmt::format("{} {}", option, text));
      // Its parts could not be recognised by who prints what we say of them.
      if (stream::redact_text(text) != text) {
        error("holds a secret; name the address alone");
        continue;
      }
      DocumentNode part = read_part(text);
      if (is_sink) {
        DocumentNode all;
        all.kind = DocumentNode::Kind::kSequence;
        all.children.push_back(scalar("*"));
        add(part, "inputs", std::move(all));
      }
      const DocumentNode* type = part.find("type");
      std::string name =
          type != nullptr && is_name(type->text) ? type->text : "unnamed";
      name += std::to_string(++counts_[key + name]);
      add(map_in(root_, key), name, std::move(part));
    }
  }

  DocumentNode read_part(std::string_view text) {
    DocumentNode part;
    part.kind = DocumentNode::Kind::kMap;
    const auto [head, query] = cut(text, '?');
    read_head(part, head);
    std::string_view rest = query;
    while (!rest.empty()) {
      const auto [option, behind] = cut(rest, '&');
      read_option(part, option);
      rest = behind;
    }
    return part;
  }

  void read_head(DocumentNode& part, std::string_view head) {
    if (head.starts_with("file:")) {
      std::string_view path = head.substr(5);
      if (path.starts_with("//")) path.remove_prefix(2);
      add(part, "type", scalar("file"));
      add(part, "path", scalar(path));
      return;
    }
    const auto [type, address] = cut(head, '+');
    const bool bare = type.find(':') != std::string_view::npos;
    if (bare) error("has no type; write lines+ or syslog+ before the address");
    // An alias' node: known to be wrong, nothing more to be said about it.
    add(part, "type", scalar(bare ? "" : type)).unresolved = bare;
    if (!address.empty()) add(part, "address", scalar(address));
  }

  void read_option(DocumentNode& part, std::string_view option) {
    auto [key, value] = cut(option, '=');
    if (key.empty() || value.empty()) {
      error(fmt::format("{} is not key=value", shown(option)));
      return;
    }
    DocumentNode* map = &part;
    for (const auto& [name, of] : kShortKeys) {
      if (key == name || key == fmt::format("{}.{}", of, name)) {
        map = &map_in(part, of);
        key = name;
        break;
      }
    }
    if (key == "inputs") {
      error("inputs: every sink takes all sources; else use a file (-c)");
    } else if (map->find(key) != nullptr) {
      error(fmt::format("{} is given twice", shown(key)));
    } else {
      add(*map, key, key == "permit_origin" ? list(value) : scalar(value));
    }
  }

  DocumentNode list(std::string_view text) const {
    DocumentNode node;
    node.kind = DocumentNode::Kind::kSequence;
    while (!text.empty()) {
      const auto [item, behind] = cut(text, ',');
      node.children.push_back(scalar(item));
      text = behind;
    }
    return node;
  }

  const InlineWords& words_;
  DocumentNode root_;
  std::vector<std::string> places_ = {"--source, --sink"};
  std::vector<std::pair<Position, std::string>> errors_;
  std::map<std::string, int> counts_;
};

}  // namespace

Loaded load_inline(const InlineWords& words, const Circumstances& now) {
  Writer writer(words);
  const DocumentNode root = writer.write();
  Report report(writer.places());
  for (const auto& [at, message] : writer.errors()) report.error(at, message);
  Loaded loaded = assemble(root, report, now);
  if (loaded.settings) loaded.settings->rules = words.rules;
  return loaded;
}

}  // namespace cflt::config
