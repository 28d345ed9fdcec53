// How one symbol is written, as an automaton over bytes.
//
// The ways of writing are a list of spellings (grammar.cc); this class is
// their prefix tree with a transition for every byte, so that reading can stop
// at any byte and go on in the next chunk.
//
//   kBetween --'%'--> . --'2'--> . --'b'--> kBetween, symbol '+'
//      |  ^--- 'A' ---'                '5'--> . --'2'--> ...
//      `--'\'--> . (any number) --'/'--> kBetween, symbol '/'
//
// Immutable, shared. Knows no anchors, no positions, no limits.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/forms/form.h"

namespace cflt::forms {

/// How a symbol was written, or how several were: a set, one bit a way.
/// A plain symbol has no bit.
class How {
 public:
  constexpr How() = default;
  static constexpr How written(Form form) {
    return How(
        static_cast<std::uint8_t>((1U << static_cast<unsigned>(form)) >> 1));
  }
  /// `-` or `_` in UTF-16.
  static constexpr How loose_utf16() { return How(0x80); }
  /// All ways of a set of text forms.
  static constexpr How any_of(FormSet forms) {
    How how;
    for (unsigned i = 0; i <= static_cast<unsigned>(Form::kColor); ++i) {
      const auto form = static_cast<Form>(i);
      if (forms.has(form)) how = how | written(form);
    }
    return how;
  }
  /// All ways of `count` symbols, eight at a time; eight more can be read.
  static How all_of(const How* how, std::size_t count) {
    std::uint64_t bits = 0;
    std::uint64_t eight;
    for (; count >= 8; count -= 8, how += 8) {
      std::memcpy(&eight, how, 8);
      bits |= eight;
    }
    std::memcpy(&eight, how, 8);
    bits |= eight & ((std::uint64_t{1} << (8 * count)) - 1);
    bits |= bits >> 32;
    bits |= bits >> 16;
    bits |= bits >> 8;
    return How(static_cast<std::uint8_t>(bits));
  }
  /// The ways of loose symbols (docs/language.md, 3.4).
  static constexpr How loose() {
    return written(Form::kUrlsafe) | written(Form::kForm) | loose_utf16();
  }

  constexpr How operator|(How other) const {
    return How(static_cast<std::uint8_t>(bits_ | other.bits_));
  }
  constexpr bool has_any(How other) const { return (bits_ & other.bits_) != 0; }
  constexpr How operator~() const {
    return How(static_cast<std::uint8_t>(~bits_));
  }
  constexpr bool has_other_than(How other) const { return has_any(~other); }
  constexpr bool plain() const { return bits_ == 0; }

 private:
  constexpr explicit How(std::uint8_t bits) : bits_(bits) {}
  std::uint8_t bits_ = 0;
};

static_assert(How::written(Form::kPlain).plain());
static_assert(How::written(Form::kUrlsafe).has_any(How::loose()));
// All bits are taken: another form of text needs a wider How.
static_assert(!How::written(Form::kColor).has_any(How::loose_utf16()));

class Grammar {
 public:
  using State = std::uint8_t;
  static constexpr State kBetween = 0;      // in front of a symbol of text
  static constexpr State kUtf16Nul = 1;     // in front of a symbol's NUL
  static constexpr State kUtf16Symbol = 2;  // between the NUL and the symbol
  static constexpr State kEnded = 3;        // the byte belongs to no symbol

  struct Step {
    State next = kEnded;
    char symbol = 0;     // canonical, where the byte completes one
    How how;             // of that symbol
    bool color = false;  // the byte completes a colour sequence
  };

  explicit Grammar(FormSet chosen);

  Step step(State state, char byte) const {
    return steps_[state][static_cast<unsigned char>(byte)];
  }

  /// The ways of the escapes, or the colour sequence, that the bytes which led
  /// to `state` may become. None in front of a symbol.
  How ways_ahead(State state) const { return ways_ahead_[state]; }

 private:
  Step& at(State state, char byte) {
    return steps_[state][static_cast<unsigned char>(byte)];
  }
  State branch(State from, char byte, Form form);
  void spell(std::string_view written, char symbol, Form form);
  void add_symbols(State from, State next);
  void add_escapes(FormSet written);
  void add_colors();

  static constexpr std::size_t kStateCount = 32;  // of which 28 are taken
  std::array<std::array<Step, 256>, kStateCount> steps_{};
  std::array<How, kStateCount> ways_ahead_{};
  State state_count_ = kEnded + 1;
};

}  // namespace cflt::forms
