// How one symbol is written, as an automaton over bytes.
//
// A transition for every byte, so that reading can stop at any byte and go on
// in the next chunk (docs/language.md, 3.1).
//
//   kBetween --'%'--> . --'2'--> . --'b'--> kBetween, symbol '+'
//      |  ^--- 'A' ---'  ^--'5'--'
//      |--'\'--> . (any number) --'/'--> kBetween, symbol '/'
//      '--LF--> kIndented (any blanks), a line end
//
// Immutable, the same for all streams: whoever reads in fewer ways looks at
// how each symbol was written. Knows no anchors, no positions, no limits.
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
  /// All ways of a set of text forms.
  static constexpr How any_of(FormSet forms) {
    How how;
    for (unsigned i = 0; i <= static_cast<unsigned>(Form::kWrapped); ++i) {
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
  static constexpr How space() { return written(Form::kForm); }
  /// A colour sequence stands in front of the symbol.
  static constexpr How colored() { return written(Form::kColor); }
  /// A line break stands in front of the symbol.
  static constexpr How wrapped() { return written(Form::kWrapped); }
  /// The ways of loose symbols (docs/language.md, 3.4).
  static constexpr How loose() {
    return written(Form::kUrlsafe) | space() | wrapped();
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
// All eight bits are taken: another form of text needs a wider How.
static_assert(!How::written(Form::kWrapped).plain());
static_assert(How::written(Form::kBase64).plain());

class Grammar {
 public:
  using State = std::uint8_t;
  static constexpr State kBetween = 0;   // in front of a symbol
  static constexpr State kIndented = 1;  // the same, behind a line end
  static constexpr State kEnded = 2;     // the byte belongs to no symbol

  /// What a byte completes.
  enum class Event : std::uint8_t {
    kNothing,
    kSymbol,
    kSpace,  // a symbol, or padding in front of a line end
    kColor,  // a colour sequence
    kLineEnd,
    kTab,  // an escaped one: it belongs to a line break, if there is one
  };

  struct Step {
    State next = kEnded;
    Event event = Event::kNothing;
    char symbol = 0;  // canonical
    How how;          // of that symbol
  };

  static const Grammar& instance() { return kInstance; }

  Step step(State state, char byte) const {
    return steps_[state][static_cast<unsigned char>(byte)];
  }

  /// The ways of the escapes, colour sequence or line break that the bytes
  /// which led to `state` may become. None in front of a symbol.
  How ways_ahead(State state) const { return ways_ahead_[state]; }

  /// Behind the bytes that led to `state`, something in one of `ways` can
  /// follow.
  bool leads_to(How ways, State state) const {
    return state != kEnded &&
           (ways_ahead(state).plain() || ways_ahead(state).has_any(ways));
  }

 private:
  constexpr Grammar();

  constexpr Step& at(State state, char byte) {
    return steps_[state][static_cast<unsigned char>(byte)];
  }
  constexpr State branch(State from, char byte, How ways);
  constexpr State walk(State from, std::string_view bytes, How ways);
  constexpr void finish(State from, std::string_view bytes, char symbol,
                        Form form);
  constexpr void finish_both(State from, Form form);
  constexpr void add_symbols();
  constexpr void add_backslashes();
  constexpr void add_percent();
  constexpr void add_html();
  constexpr void add_colors();
  constexpr void add_line_ends();
  constexpr void add_seam(char quote);
  constexpr void add_indentation();

  static constexpr std::size_t kStateCount = 48;  // of which 46 are taken
  std::array<std::array<Step, 256>, kStateCount> steps_{};
  std::array<How, kStateCount> ways_ahead_{};
  State state_count_ = kEnded + 1;

  static const Grammar kInstance;
};

}  // namespace cflt::forms
