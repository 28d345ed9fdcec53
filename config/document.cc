#include "config/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace cflt::config {
namespace {

/// Builds the tree from the parser's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::uint32_t place, Report& report)
      : place_(place), report_(report) {}

  std::optional<DocumentNode> take_root() { return std::move(root_); }
  bool has_second() const { return documents_ > 1; }
  Position position(const YAML::Mark& mark) const {
    return {place_, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1)};
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      report_.error(
          position(mark),
          "something follows the document: another one, or a stray mark");
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    attach(make(DocumentNode::Kind::kNull, mark, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    DocumentNode node = make(DocumentNode::Kind::kScalar, mark, "", 0);
    report_.error(node.at, "aliases (*) are not supported; write it out");
    node.unresolved = true;
    attach(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    DocumentNode node = make(DocumentNode::Kind::kScalar, mark, tag, anchor);
    node.text = value;
    node.quoted = tag == "!";
    attach(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_.push_back(
        {make(DocumentNode::Kind::kSequence, mark, tag, anchor), {}, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open_.push_back(
        {make(DocumentNode::Kind::kMap, mark, tag, anchor), {}, {}});
  }
  void OnMapEnd() override { close(); }

 private:
  /// A sequence or map whose end has not come yet.
  struct Open {
    DocumentNode node;
    std::optional<DocumentNode> key;  // that waits for its value
    std::map<std::string, Position> seen;
  };

  DocumentNode make(DocumentNode::Kind kind, const YAML::Mark& mark,
                    const std::string& tag, YAML::anchor_t anchor) {
    DocumentNode node;
    node.kind = kind;
    node.at = position(mark);
    if (anchor != 0) {
      report_.error(node.at, "anchors (&) are not supported; write it out");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      report_.error(node.at, "tags (!) are not supported");
    }
    return node;
  }

  void close() {
    DocumentNode node = std::move(open_.back().node);
    open_.pop_back();
    attach(std::move(node));
  }

  void attach(DocumentNode node) {
    if (open_.empty()) {
      if (documents_ == 1) root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == DocumentNode::Kind::kSequence) {
      parent.node.children.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(*parent.key), std::move(node));
      parent.key.reset();
    }
  }

  void add_entry(Open& parent, DocumentNode key, DocumentNode value) {
    if (key.unresolved) return;
    if (key.kind != DocumentNode::Kind::kScalar) {
      report_.error(key.at, "a key must be a word");
      return;
    }
    if (key.text == "<<") {
      report_.error(key.at, "merge keys (<<) are not supported; write it out");
      return;
    }
    const auto [first, is_new] = parent.seen.emplace(key.text, key.at);
    if (!is_new) {
      report_.error(key.at, fmt::format("duplicate key {}; the first is in "
                                        "line {}",
                                        shown(key.text), first->second.line));
      return;
    }
    value.key = std::move(key.text);
    value.key_at = key.at;
    if (value.kind == DocumentNode::Kind::kNull) value.at = key.at;
    parent.node.children.push_back(std::move(value));
  }

  std::uint32_t place_;
  Report& report_;
  std::optional<DocumentNode> root_;
  std::vector<Open> open_;
  int documents_ = 0;
};

/// Whether a line, from 0, is indented with a tab, which YAML 1.2 forbids (6.1)
/// and editors do not show.
bool is_indented_with_tab(const std::string& text, int line) {
  std::istringstream input(text);
  std::string content;
  for (int i = 0; i <= line && std::getline(input, content); ++i) {
  }
  const auto first = content.find_first_not_of(" \t");
  return content.substr(0, first).find('\t') != content.npos;
}

std::string explained(const YAML::Exception& error, const std::string& text) {
  return is_indented_with_tab(text, error.mark.line)
             ? "a tab in the indentation; YAML takes spaces only"
             : "not YAML: " + error.msg;
}

}  // namespace

const DocumentNode* DocumentNode::find(std::string_view name) const {
  const auto found = std::ranges::find(children, name, &DocumentNode::key);
  return found == children.end() ? nullptr : &*found;
}

std::optional<DocumentNode> parse_document(const std::string& text,
                                           std::uint32_t place,
                                           Report& report) {
  Builder builder(place, report);
  try {
    std::istringstream input(text);
    YAML::Parser parser(input);
    // At a stray comma or bracket it starts documents without end.
    while (!builder.has_second() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    const bool somewhere = !error.mark.is_null();
    report.error(somewhere ? builder.position(error.mark) : Position{place},
                 explained(error, text));
    return std::nullopt;
  }
  auto root = builder.take_root();
  if (!root || root->kind == DocumentNode::Kind::kNull) {
    report.error(
        {place},
        "is empty; it needs sources and sinks (docs/configuration.md)");
    return std::nullopt;
  }
  return root;
}

}  // namespace cflt::config
