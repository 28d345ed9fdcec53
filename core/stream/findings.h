// What a stream has decided, one entry an anchor, for callers that report
// instead of writing.
//
// Entries hold secrets: all storage that they have been in is overwritten.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/forms/form.h"
#include "core/secret/candidate.h"
#include "core/secret/secret.h"

namespace cflt::stream {

/// An anchor that did not fail (docs/language.md, 4).
struct Finding {
  std::uint64_t begin;  // stream position of the anchor's first byte
  std::uint64_t end;    // behind the last byte of the span
  scan::Family family;
  forms::Form form;
  secret::Verdict verdict;  // any but failed
  bool is_masked;           // the rules want it replaced
  /// The secret's symbols behind `cflt`, canonical; set where it was found.
  std::array<char, secret::kSymbolCount> symbols;
};

class Findings {
 public:
  Findings() = default;
  ~Findings() { clear(); }
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  /// In the order of the anchors. Valid until the stream's next call.
  std::span<const Finding> all() const { return findings_; }

  void add(const Finding& finding);
  void clear();

 private:
  void grow();

  std::vector<Finding> findings_;
};

}  // namespace cflt::stream
