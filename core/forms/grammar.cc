#include "core/forms/grammar.h"

#include "core/secret/alphabet.h"

namespace cflt::forms {
namespace {

constexpr How kJson = How::written(Form::kJson);
constexpr How kUnicode = How::written(Form::kUnicode);
constexpr How kHtml = How::written(Form::kHtml);

}  // namespace

constexpr Grammar::Grammar() {
  // GCC 12 leaves the members of Step zero where it makes a constant of them.
  for (auto& steps : steps_) steps.fill(Step());
  add_symbols();
  add_backslashes();
  add_percent();
  add_html();
  add_colors();
  add_line_ends();
  add_seam('\'');
  add_seam('"');
  add_indentation();
}

constexpr void Grammar::add_symbols() {
  for (const char symbol : secret::kAlphabet) {
    finish(kBetween, {&symbol, 1}, symbol, Form::kPlain);
  }
  finish(kBetween, "-", '+', Form::kUrlsafe);
  finish(kBetween, "_", '/', Form::kUrlsafe);
  at(kBetween, ' ') = {kBetween, Event::kSpace, '+', How::space()};
}

/// A backslash is one or more of them, and \x5c or \u005c behind the first.
constexpr void Grammar::add_backslashes() {
  const State escape =
      branch(kBetween, '\\', kJson | kUnicode | How::wrapped());
  at(escape, '\\').next = escape;
  finish(escape, "/", '/', Form::kJson);
  finish(escape, "+", '+', Form::kJson);
  for (const std::string_view prefix : {"x", "u00"}) {
    const State digits =
        walk(escape, prefix, kJson | kUnicode | How::wrapped());
    finish_both(branch(digits, '2', kUnicode), Form::kUnicode);
    const State five = branch(digits, '5', kJson | kUnicode | How::wrapped());
    at(five, 'c').next = at(five, 'C').next = escape;
  }
  for (const char letter : {'n', 'r'}) {
    at(escape, letter) = {kIndented, Event::kLineEnd, 0, How()};
  }
  at(escape, 't') = {kIndented, Event::kTab, 0, How()};
}

constexpr void Grammar::add_percent() {
  const How percent = How::written(Form::kPercent);
  const State escape = branch(kBetween, '%', percent);
  const State two = branch(escape, '2', percent);
  at(two, '5').next = escape;
  finish_both(two, Form::kPercent);
}

constexpr void Grammar::add_html() {
  const State entity = branch(kBetween, '&', kHtml);
  at(walk(entity, "amp", kHtml), ';').next = entity;
  finish(entity, "plus;", '+', Form::kHtml);
  finish(entity, "sol;", '/', Form::kHtml);

  const State number = branch(entity, '#', kHtml);
  const State decimal = branch(number, '0', kHtml);
  at(decimal, '0').next = decimal;
  const State four = branch(number, '4', kHtml);
  at(decimal, '4').next = four;
  finish(four, "3;", '+', Form::kHtml);
  finish(four, "7;", '/', Form::kHtml);

  const State hex = branch(number, 'x', kHtml);
  at(number, 'X').next = hex;
  at(hex, '0').next = hex;
  const State two = branch(hex, '2', kHtml);
  finish(two, "b;", '+', Form::kHtml);
  finish(two, "f;", '/', Form::kHtml);
  at(two, 'B').next = at(two, 'b').next;
  at(two, 'F').next = at(two, 'f').next;
}

/// ESC [ parameters m, or K.
constexpr void Grammar::add_colors() {
  const How color = How::colored();
  const State parameters = walk(kBetween, "\x1b[", color);
  for (const char byte : std::string_view("0123456789;:")) {
    at(parameters, byte).next = parameters;
  }
  at(parameters, 'm') = {kBetween, Event::kColor, 0, How()};
  at(parameters, 'K') = {kBetween, Event::kColor, 0, How()};
}

constexpr void Grammar::add_line_ends() {
  const State soft = branch(kBetween, '=', How::wrapped());
  for (const char end : {'\n', '\r'}) {
    at(kBetween, end) = {kIndented, Event::kLineEnd, 0, How()};
    at(soft, end) = {kIndented, Event::kLineEnd, 0, How()};
  }
}

/// Quote, line end, indentation, quote: two literals of one value.
constexpr void Grammar::add_seam(char quote) {
  const State closed = branch(kBetween, quote, How::wrapped());
  at(closed, ' ').next = closed;
  const State blank = branch(closed, '\n', How::wrapped());
  at(closed, '\r').next = blank;
  for (const char byte : {' ', '\t', '\n', '\r'}) at(blank, byte).next = blank;

  const State end = branch(closed, '\\', How::wrapped());
  at(end, '\\').next = end;
  at(end, 'n').next = at(end, 'r').next = blank;
  const State escape = branch(blank, '\\', How::wrapped());
  at(escape, '\\').next = escape;
  for (const char letter : {'n', 'r', 't'}) at(escape, letter).next = blank;

  const State prefix = branch(blank, 'b', How::wrapped());
  at(blank, 'u').next = prefix;
  at(prefix, quote) = at(blank, quote) = {kBetween, Event::kLineEnd, 0, How()};
}

/// Behind a line end, blanks mean nothing.
constexpr void Grammar::add_indentation() {
  steps_[kIndented] = steps_[kBetween];
  for (const char byte : {' ', '\t', '\n', '\r'}) {
    at(kIndented, byte) = {kIndented, Event::kNothing, 0, How()};
  }
}

/// The state behind `byte` on the way to something written in `ways`, made
/// where there is none yet.
constexpr Grammar::State Grammar::branch(State from, char byte, How ways) {
  Step& step = at(from, byte);
  if (step.next == kEnded) step.next = state_count_++;
  How& ahead = ways_ahead_[step.next];
  ahead = ahead | ways;
  return step.next;
}

constexpr Grammar::State Grammar::walk(State from, std::string_view bytes,
                                       How ways) {
  for (const char byte : bytes) from = branch(from, byte, ways);
  return from;
}

/// `bytes` behind `from` are the last of a symbol.
constexpr void Grammar::finish(State from, std::string_view bytes, char symbol,
                               Form form) {
  const How how = How::written(form);
  const std::string_view lead = bytes.substr(0, bytes.size() - 1);
  at(walk(from, lead, how), bytes.back()) = {kBetween, Event::kSymbol, symbol,
                                             how};
}

/// The last hex digit of `+` and of `/`.
constexpr void Grammar::finish_both(State from, Form form) {
  finish(from, "b", '+', form);
  finish(from, "B", '+', form);
  finish(from, "f", '/', form);
  finish(from, "F", '/', form);
}

constinit const Grammar Grammar::kInstance;

}  // namespace cflt::forms
