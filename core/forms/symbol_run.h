// The symbols behind an anchor, decoded once for all anchors among them.
//
//   bytes    cflt A \u002b cflt B C ESC[m D LF E "
//   symbols       A +      cflt B C       D    E     how: plain, unicode, ...
//            ^start                              ^ended
//
// The run is stream state: it takes bytes as they come, keeps the automaton's
// state between chunks and never looks at a byte twice. It holds the last
// symbols, as many as there is room for; whoever reads candidates from it says
// what it may forget.
#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/forms/grammar.h"
#include "core/forms/number_reader.h"

namespace cflt::forms {

/// How the bytes of a text are written (docs/language.md, 2).
enum class Coding : std::uint8_t { kBytes, kUtf16, kNumbers };

inline constexpr std::size_t kCodingCount = 3;

class SymbolRun {
 public:
  /// Room for `capacity` symbols.
  explicit SymbolRun(Coding coding, std::uint32_t capacity = 1024);
  ~SymbolRun() { wipe(); }
  SymbolRun(const SymbolRun&) = delete;
  SymbolRun& operator=(const SymbolRun&) = delete;

  /// Begins anew at a stream position, in front of a symbol. `base` is that of
  /// a list of numbers.
  void start(std::uint64_t position, Base base = Base::kDecimal);

  /// Reads bytes from position() on: to `until`, to the end of the run, or
  /// until there is no room, at least half the capacity. `window` begins at
  /// the stream position `window_position` and reaches to `until` at least.
  /// May forget the symbols before `oldest`.
  void read(Bytes window, std::uint64_t window_position, std::uint64_t until,
            std::uint32_t oldest);

  /// The stream ends at position(): a number is complete there.
  void finish();

  /// Overwrites what was read; until start(), it stands nowhere.
  void wipe();

  /// What it holds beside itself.
  std::size_t memory_bytes() const {
    return room() * (sizeof(symbols_[0]) + sizeof(values_[0]) +
                     sizeof(how_[0]) + sizeof(ends_[0]));
  }

  /// Where the next byte to read stands in the stream.
  std::uint64_t position() const { return position_; }
  Base base() const { return numbers_.base(); }
  bool ended() const { return state_ == Grammar::kEnded; }
  /// The unit that ended the run was a `*`: see redact/mask.h.
  bool ended_by_star() const { return ended_by_star_; }
  /// A colour sequence stands behind the last symbol, or something longer than
  /// a byte has begun there: who reads in none of `ways` has met a byte there
  /// that belongs to no symbol.
  bool is_ended_for(How ways) const;
  /// Behind the last symbol stands a line break, or what may become one.
  bool is_break_ahead() const;
  /// Behind the last symbol stands a line break, or a space.
  bool is_loose_ahead() const { return break_ahead_ || spaces_ahead_ > 0; }

  // What follows is asked once and more for each anchor. It is inline, and goes
  // by pointers: with the library's checks of an index, which a release has,
  // these calls were a sixth of the work for an input of anchors.

  /// Symbols since start(). Indices below count from there.
  std::uint32_t count() const { return base_index_ + size_; }
  /// Canonical symbols, contiguous from index `i` on.
  const char* symbols(std::uint32_t i) const {
    return symbols_.data() + (i - base_index_);
  }
  /// Their values, 0 to 63, contiguous. Two before those from `i` on, and 16
  /// more than there are symbols, can be read; they mean nothing.
  const std::uint8_t* values(std::uint32_t i) const {
    return values_.data() + (kBefore + i - base_index_);
  }
  How how(std::uint32_t i) const { return how_.data()[i - base_index_]; }
  /// All ways in which symbols [from, to) are written.
  How how(std::uint32_t from, std::uint32_t to) const {
    if (from >= plain_from_) return How();
    return How::all_of(how_.data() + (from - base_index_), to - from);
  }
  /// The first symbol in [from, to) that is written in one of `ways`, or `to`.
  std::uint32_t find(How ways, std::uint32_t from, std::uint32_t to) const;
  /// The stream position behind the symbol.
  std::uint64_t end(std::uint32_t i) const {
    return position_ - (low(position_) - ends_.data()[i - base_index_]);
  }
  /// The index of the first symbol that ends behind a stream position. It is
  /// `at_least`: the search begins there.
  std::uint32_t index_behind(std::uint64_t position,
                             std::uint32_t at_least) const;

 private:
  /// The low half of a position; differences of near positions survive it.
  static std::uint32_t low(std::uint64_t position) {
    return static_cast<std::uint32_t>(position);
  }
  const char* read_plain(const char* at, const char* to);
  const char* read_plain_utf16(const char* at, const char* to);
  void read_byte(char byte);
  void read_half(char byte);
  void read_digit(char byte);
  void take(char unit, std::uint64_t end);
  void end_at(char unit, Grammar::State state);
  void add_space(const Grammar::Step& step, std::uint64_t end);
  void settle_spaces();
  void drop_spaces();
  void append(char symbol, How how, std::uint64_t end);
  void store(std::uint32_t at, char symbol, How how, std::uint64_t end);
  void mark(std::uint32_t at, How how);
  void forget_before(std::uint32_t oldest);

  static constexpr std::uint32_t kBefore = 2;
  /// So many spaces end every run (docs/language.md, 4).
  static constexpr std::uint32_t kMostSpaces = 8;

  std::uint32_t room() const { return capacity_ + 2 * kMostSpaces; }

  Coding coding_;
  std::uint32_t capacity_;
  Grammar::State state_ = Grammar::kEnded;
  bool half_ = false;         // the NUL of a unit of UTF-16 has been read
  bool color_ahead_ = false;  // a colour sequence, and no symbol behind it yet
  bool break_ahead_ = false;  // the same, a line end
  bool ended_by_star_ = false;
  /// Spaces behind the last symbol that may be symbols or padding: they are
  /// stored behind it, and not counted.
  std::uint32_t spaces_ahead_ = 0;
  NumberReader numbers_;
  std::uint64_t position_ = 0;
  std::uint32_t base_index_ = 0;  // index of symbols_[0]
  std::uint32_t size_ = 0;        // of symbols_
  std::uint32_t plain_from_ = 0;  // all are plain from this index on
  std::vector<char> symbols_;
  std::vector<std::uint8_t> values_;
  std::vector<How> how_;
  std::vector<std::uint32_t> ends_;  // low() of them
};

}  // namespace cflt::forms
