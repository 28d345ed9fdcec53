#include "core/redact/redactor.h"

#include <algorithm>
#include <cstring>

#include "core/redact/mask.h"
#include "core/secret/candidate.h"

namespace cflt::redact {

namespace {

/// Of a mask of the same length, what is not torn from its anchor; the stars
/// behind it have no meaning.
constexpr std::size_t kUntornBytes = 4;

}  // namespace

void Redactor::begin(Bytes window, std::uint64_t position) {
  window_ = window;
  position_ = position;
  pieces_.clear();
  atoms_.clear();
  arena_.clear();
  // A mask takes the place of at least a body, and is not longer than it; the
  // colours kept behind it stood in the window. One piece more may stand
  // before each mask, and one behind the last.
  const std::size_t masks = window.size() / secret::kBodyCount + 1;
  pieces_.reserve(2 * masks + 1);
  atoms_.reserve(masks);
  arena_.reserve(window.size());
}

void Redactor::replace(const Replacement& replacement) {
  if (replacement.to <= replaced_to_) return;
  const bool is_apart = replacement.from > replaced_to_;
  if (is_apart) release(replacement.from);
  const std::uint64_t from = std::max(replacement.from, replaced_to_);
  const std::size_t stored = arena_.size();
  const Span span = {replacement.family, between(from, replacement.to),
                     replacement.text_bytes, replacement.last_symbol};
  if (mask_ == MaskLength::kSame) {
    append_same_length_mask(span, arena_);
  } else if (is_apart) {
    append_short_mask(span, arena_);
  }
  if (is_apart) add_atom(replacement, arena_.size() - stored);
  if (mask_ == MaskLength::kShort) {
    keep_colors(replacement.family, from, replacement.to);
  }
  add_piece({arena_.data() + stored, arena_.size() - stored});
  replaced_to_ = decided_ = replacement.to;
}

/// Torn apart, a mask and its anchor would be words of their own.
void Redactor::add_atom(const Replacement& replacement,
                        std::size_t mask_bytes) {
  const std::uint64_t begin = std::max(replacement.begin, replaced_to_);
  const std::size_t anchor =
      std::min(replacement.from - begin, kMostAtomBytes / 2);
  const std::size_t whole =
      mask_ == MaskLength::kShort ? mask_bytes : kUntornBytes;
  atoms_.push_back(
      {output_ - anchor, output_ + std::min(whole, kMostAtomBytes - anchor)});
}

void Redactor::release(std::uint64_t position) {
  if (position <= decided_) return;
  add_piece(window_.slice(decided_ - position_, position - position_));
  decided_ = position;
}

/// Stores the colour sequences among replaced bytes. All other bytes there
/// write symbols or break lines, so an ESC always begins one. In a list it is a
/// number, and not kept.
void Redactor::keep_colors(scan::Family family, std::uint64_t from,
                           std::uint64_t to) {
  if (scan::is_list(family)) return;
  const Bytes replaced = between(from, to);
  // In UTF-16 a NUL stands in front of each byte.
  const std::size_t lead = scan::is_utf16(family) ? 1 : 0;
  const char* at = replaced.data();
  const char* const end = at + replaced.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\x1b', static_cast<std::size_t>(end - at))))) {
    const char* last =
        std::find_if(at, end, [](char c) { return c == 'm' || c == 'K'; });
    append({at - lead, static_cast<std::size_t>(last - at) + 1 + lead}, arena_);
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

}  // namespace cflt::redact
