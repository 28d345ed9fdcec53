#include "core/redact/redactor.h"

#include <algorithm>
#include <cstring>

#include "core/redact/mask.h"
#include "core/secret/candidate.h"

namespace cflt::redact {

void Redactor::begin(Bytes window, std::uint64_t position) {
  window_ = window;
  position_ = position;
  pieces_.clear();
  atoms_.clear();
  arena_.clear();
  // A mask takes the place of at least a body, and is shorter than it; the
  // colours kept behind it stood in the window. One piece more may stand
  // before each mask, and one behind the last.
  const std::size_t masks = window.size() / secret::kBodyCount + 1;
  pieces_.reserve(2 * masks + 1);
  atoms_.reserve(masks);
  arena_.reserve(window.size() + sizeof(MaskTail));
}

void Redactor::replace(const Replacement& replacement) {
  const std::uint64_t from = replacement.from;
  const std::uint64_t to = replacement.to;
  if (to <= replaced_to_) return;
  const bool is_apart = from > replaced_to_;
  if (is_apart) release(from);
  const std::size_t stored = arena_.size();
  if (is_apart) add_mask(replacement);
  keep_colors(is_apart ? from : replaced_to_, to);
  add_piece({arena_.data() + stored, arena_.size() - stored});
  replaced_to_ = decided_ = to;
}

void Redactor::add_mask(const Replacement& replacement) {
  const auto [family, from, to, symbol_count, last_symbol] = replacement;
  const MaskTail tail(family, symbol_count, last_symbol);
  const auto anchor = std::min<std::uint64_t>(scan::literal(family).size(),
                                              from - replaced_to_);
  atoms_.push_back({output_ - anchor, output_ + tail.bytes().size()});
  store(tail.bytes());
}

void Redactor::release(std::uint64_t position) {
  if (position <= decided_) return;
  add_piece(window_.slice(decided_ - position_, position - position_));
  decided_ = position;
}

/// Stores the colour sequences among replaced bytes. All other bytes there
/// write symbols, so an ESC always begins one.
void Redactor::keep_colors(std::uint64_t from, std::uint64_t to) {
  const char* at = window_.data() + (from - position_);
  const char* end = window_.data() + (to - position_);
  while ((at = static_cast<const char*>(
              std::memchr(at, '\x1b', static_cast<std::size_t>(end - at))))) {
    const char* last =
        std::find_if(at, end, [](char c) { return c == 'm' || c == 'K'; });
    store({at, static_cast<std::size_t>(last - at) + 1});
    at = last + 1;
  }
}

/// Joins neighbours: what was stored for one mask after another is one piece.
void Redactor::add_piece(Bytes bytes) {
  if (bytes.empty()) return;
  output_ += bytes.size();
  if (!pieces_.empty()) {
    const Bytes last = pieces_.back().bytes();
    if (last.data() + last.size() == bytes.data()) {
      pieces_.back() = Outgoing({last.data(), last.size() + bytes.size()});
      return;
    }
  }
  pieces_.push_back(Outgoing(bytes));
}

void Redactor::store(Bytes bytes) {
  CFLT_CHECK(arena_.size() + bytes.size() <= arena_.capacity());
  arena_.insert(arena_.end(), bytes.data(), bytes.data() + bytes.size());
}

}  // namespace cflt::redact
