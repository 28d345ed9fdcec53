// Turns verdicts into output: unites spans, chooses masks, keeps the rest.
//
//   input    clean clean cflt SSSSSSSSSSSSSS clean cflt SSSS
//                            ^ secret_from  ^ secret_to     ^ held
//   output   |-- piece -----|****|-- piece -----|
//
// Clean bytes are not copied: a piece points into the window it came from.
// Masks live in an arena here. Both are valid until the next begin().
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "core/outgoing.h"
#include "core/redact/mask.h"
#include "core/scan/anchor.h"

namespace cflt::redact {

/// What replaces a candidate. Positions are stream positions.
struct Replacement {
  scan::Family family;
  std::uint64_t begin;       // of the anchor
  std::uint64_t from;        // behind the anchor
  std::uint64_t to;          // behind the last symbol
  std::uint32_t text_bytes;  // of the text in between that symbols write
  char last_symbol;          // the last written one
};

/// A mask and what is left of the anchor in front of it, as positions in the
/// output: what must not be torn apart. Of long ones, the bytes around the
/// anchor's end.
struct Atom {
  std::uint64_t begin;
  std::uint64_t end;
};

inline constexpr std::size_t kMostAtomBytes = 16;

class Redactor {
 public:
  explicit Redactor(MaskLength mask = MaskLength::kShort) : mask_(mask) {}

  /// A new window: stream bytes from `position` on. Forgets all pieces.
  void begin(Bytes window, std::uint64_t position);

  /// Replaces, and releases what stands before. Replacements come in the order
  /// of their `from`.
  void replace(const Replacement& replacement);

  /// Releases everything before `position` that is not released yet.
  void release(std::uint64_t position);

  std::span<const Outgoing> pieces() const { return pieces_; }

  /// The masks among the pieces. Positions count what was released before,
  /// since this Redactor was made.
  std::span<const Atom> atoms() const { return atoms_; }

  /// Everything before has been decided: it was released or replaced.
  std::uint64_t decided() const { return decided_; }

 private:
  void add_atom(const Replacement& replacement, std::size_t mask_bytes);
  void keep_colors(scan::Family family, std::uint64_t from, std::uint64_t to);
  Bytes between(std::uint64_t from, std::uint64_t to) const {
    return window_.slice(from - position_, to - position_);
  }
  void add_piece(Bytes bytes);

  MaskLength mask_;
  Bytes window_;
  std::uint64_t position_ = 0;
  std::uint64_t decided_ = 0;
  std::uint64_t replaced_to_ = 0;
  std::uint64_t output_ = 0;  // bytes released so far
  std::vector<Outgoing> pieces_;
  std::vector<Atom> atoms_;
  std::vector<char> arena_;
};

}  // namespace cflt::redact
