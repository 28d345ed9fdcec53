// Reads one map of a document key by key, and complains about the rest.
#pragma once

#include <string>
#include <vector>

#include "config/document.h"
#include "config/keys.h"
#include "config/transports.h"
#include "config/values.h"
#include "config/words.h"

namespace cflt::config {

/// What became of a key.
enum class Found {
  kAbsent,   // the default holds
  kGood,     // read
  kUnknown,  // wrong and complained about, or waits for the environment
};

/// What a source or sink is, as far as it is known; else kAny.
struct Situation {
  unsigned type = kAny;    // one bit
  unsigned scheme = kAny;  // one bit
  std::string type_word;
  std::string scheme_word;
};

class MapReader {
 public:
  /// Complains about keys that are not in `table`, and where `node` is no map
  /// (then nothing is found). Both outlive this.
  MapReader(const DocumentNode& node, const KeyTable& table, Report& report);

  /// Complains about keys that mean nothing in this situation. `type_words`
  /// are the names of the bits of a type.
  void check_fit(const Situation& situation,
                 const std::vector<std::string>& type_words);

  /// Reads a single value.
  template <class T, class Parse>
  Found read(std::string_view key, T& into, const Parse& parse) {
    const DocumentNode* node = nullptr;
    const Found found = scalar(key, node);
    if (found != Found::kGood) return found;
    return take(key, *node, into, parse);
  }

  /// Reads each value of a list; an empty list is an error.
  template <class T, class Parse>
  Found read_list(std::string_view key, std::vector<T>& into,
                  const Parse& parse) {
    const DocumentNode* node = nullptr;
    Found found = list(key, node);
    if (found != Found::kGood) return found;
    for (const DocumentNode& item : node->children) {
      T value{};
      const Found good = is_scalar(key, item) ? take(key, item, value, parse)
                                              : Found::kUnknown;
      if (good == Found::kGood) into.push_back(std::move(value));
      if (good == Found::kUnknown) found = good;
    }
    return found;
  }

  /// The map below `key`; none where there is none.
  const DocumentNode* map(std::string_view key);

  /// The value's position, or the map's where there is none.
  Position at(std::string_view key) const;
  bool has(std::string_view key) const { return node_.find(key) != nullptr; }
  /// Whether it is neither there nor suggested in the place of another key.
  bool misses(std::string_view key) const;
  /// Whether it is a map at all.
  bool is_map() const { return node_.kind == DocumentNode::Kind::kMap; }
  void error(std::string_view key, const std::string& message);

 private:
  Found scalar(std::string_view key, const DocumentNode*& node);
  Found list(std::string_view key, const DocumentNode*& node);
  /// Complains where it is another kind.
  bool is_kind(std::string_view key, const DocumentNode& node,
               DocumentNode::Kind kind);
  bool is_scalar(std::string_view key, const DocumentNode& node) {
    return is_kind(key, node, DocumentNode::Kind::kScalar);
  }

  template <class T, class Parse>
  Found take(std::string_view key, const DocumentNode& node, T& into,
             const Parse& parse) {
    if (node.unresolved) return Found::kUnknown;
    auto value = parse(std::string_view(node.text));
    if (!value) {
      report_.error(node.at, std::string(key) + ": " + value.error().text);
      return Found::kUnknown;
    }
    into = std::move(*value);
    return Found::kGood;
  }

  const DocumentNode& node_;
  const KeyTable& table_;
  Report& report_;
  std::vector<std::string> suggestions_;  // for unknown keys
};

/// What `node` is, in words: "a list".
std::string_view kind_text(const DocumentNode& node);

/// Of a source or a sink whose `type`, a word of `words`, was read so.
template <class Item, class Words>
Situation situation_of(const Item& item, Found type, const Words& words) {
  Situation situation;
  if (type == Found::kGood) {
    situation.type = bits(item.type);
    situation.type_word = word_for(item.type, words);
  }
  if (item.address) {
    situation.scheme = bits(item.address->scheme);
    situation.scheme_word = transport_of(*item.address).prefix;
  }
  return situation;
}

/// The names of a table of words, in the order of their values.
template <class Words>
std::vector<std::string> names_of(const Words& words) {
  std::vector<std::string> names;
  names.reserve(words.size());
  for (const auto& word : words) names.emplace_back(word.name);
  return names;
}

}  // namespace cflt::config
