// YAML text to a tree that forgets nothing: positions, duplicates, quotes.
//
// The only user of yaml-cpp, which would accept duplicate keys and guess types.
// Anchors, aliases, merge keys and tags are complained about: nothing in a
// configuration is written twice, and nothing is what it does not look like.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/complaint.h"

namespace cflt::config {

struct DocumentNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  Position at;
  std::string text;         // scalar
  bool quoted = false;      // scalar: not a plain one
  bool unresolved = false;  // scalar: not known, nothing to check
  std::vector<DocumentNode>
      children;     // sequence, map (in order, keys are unique)
  std::string key;  // child of a map
  Position key_at;

  /// A map's child, or none.
  const DocumentNode* find(std::string_view name) const;
};

/// The one document in `text`, which stands at `place`; none where the syntax
/// is wrong. What was complained about is left out, or unresolved.
std::optional<DocumentNode> parse_document(const std::string& text,
                                           std::uint32_t place, Report& report);

}  // namespace cflt::config
