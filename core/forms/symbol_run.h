// The symbols behind an anchor, decoded once for all anchors among them.
//
//   bytes    cflt A \u002b cflt B C ESC[m D "
//   symbols       A +      cflt B C       D     how: plain, unicode, ...
//            ^start                         ^ended
//
// The run is stream state: it takes bytes as they come, keeps the automaton's
// state between chunks and never looks at a byte twice. It holds the last 512
// symbols; whoever reads candidates from it says what it may forget.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "core/forms/grammar.h"

namespace cflt::forms {

class SymbolRun {
 public:
  static constexpr std::uint32_t kCapacity = 512;

  explicit SymbolRun(const Grammar& grammar) : grammar_(&grammar) {}
  ~SymbolRun() { wipe(); }
  SymbolRun(const SymbolRun&) = delete;
  SymbolRun& operator=(const SymbolRun&) = delete;

  /// Begins anew at a stream position, in front of a symbol: `first` is
  /// Grammar::kBetween or kUtf16Nul.
  void start(std::uint64_t position, Grammar::State first);

  /// Reads bytes from position() on: to `until`, to the end of the run, or
  /// until there is no room, at least half the capacity. `window` begins at
  /// the stream position `window_position` and reaches to `until` at least.
  /// May forget the symbols before `oldest`; fewer than half the capacity are
  /// known from there on.
  void read(Bytes window, std::uint64_t window_position, std::uint64_t until,
            std::uint32_t oldest);

  /// Overwrites what was read.
  void wipe();

  /// Where the next byte to read stands in the stream.
  std::uint64_t position() const { return position_; }
  bool ended() const { return state_ == Grammar::kEnded; }
  /// The byte that ended the run was a `*`: see redact/mask.h.
  bool ended_by_star() const { return ended_by_star_; }
  /// A colour sequence stands behind the last symbol, or an escape or colour
  /// sequence has begun there: who reads in none of `ways` has met a byte there
  /// that belongs to no symbol.
  bool is_ended_for(How ways) const;

  // What follows is asked once and more for each anchor. It is inline, and goes
  // by pointers: with the library's checks of an index, which a release has,
  // these calls were a sixth of the work for an input of anchors.

  /// Symbols since start(). Indices below count from there.
  std::uint32_t count() const { return base_ + size_; }
  /// Canonical symbols, contiguous from index `i` on.
  const char* symbols(std::uint32_t i) const {
    return symbols_.data() + (i - base_);
  }
  /// Their values, 0 to 63, contiguous. Two before those from `i` on, and 16
  /// more than there are symbols, can be read; they mean nothing.
  const std::uint8_t* values(std::uint32_t i) const {
    return values_.data() + (kBefore + i - base_);
  }
  How how(std::uint32_t i) const { return how_.data()[i - base_]; }
  /// All ways in which symbols [from, to) are written.
  How how(std::uint32_t from, std::uint32_t to) const {
    return How::all_of(how_.data() + (from - base_), to - from);
  }
  /// The first symbol in [from, to) that is written in one of `ways`, or `to`.
  std::uint32_t find(How ways, std::uint32_t from, std::uint32_t to) const;
  /// The stream position behind the symbol.
  std::uint64_t end(std::uint32_t i) const {
    return position_ - (low(position_) - ends_.data()[i - base_]);
  }
  /// The index of the symbol that begins at a stream position, one that was
  /// read up to. It is `at_least`: the search begins there.
  std::uint32_t index_of(std::uint64_t position, std::uint32_t at_least) const;

 private:
  /// The low half of a position; differences of near positions survive it.
  static std::uint32_t low(std::uint64_t position) {
    return static_cast<std::uint32_t>(position);
  }
  const char* read_plain(const char* at, const char* to);
  const char* read_utf16(const char* at, const char* to);
  void read_byte(char byte);
  void append(char symbol, How how);
  void forget_before(std::uint32_t oldest);

  static constexpr std::uint32_t kBefore = 2;

  const Grammar* grammar_;
  std::uint64_t position_ = 0;
  std::uint32_t base_ = 0;  // index of symbols_[0]
  std::uint32_t size_ = 0;  // of symbols_
  Grammar::State state_ = Grammar::kEnded;
  bool color_ahead_ = false;  // a colour sequence, and no symbol behind it yet
  bool ended_by_star_ = false;
  std::array<char, kCapacity> symbols_;
  std::array<std::uint8_t, kBefore + kCapacity + 16> values_{};
  std::array<How, kCapacity + 8> how_;
  std::array<std::uint32_t, kCapacity> ends_;  // low() of them
};

}  // namespace cflt::forms
