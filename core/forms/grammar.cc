#include "core/forms/grammar.h"

#include "core/bytes.h"
#include "core/secret/alphabet.h"

namespace cflt::forms {
namespace {

struct Spelling {
  std::string_view written;  // a backslash stands for one or more
  char symbol;
  Form form;
};

constexpr Spelling kSpellings[] = {
    {"\\/", '/', Form::kJson},        {"\\u002b", '+', Form::kUnicode},
    {"\\u002B", '+', Form::kUnicode}, {"\\u002f", '/', Form::kUnicode},
    {"\\u002F", '/', Form::kUnicode}, {"\\x2b", '+', Form::kUnicode},
    {"\\x2B", '+', Form::kUnicode},   {"\\x2f", '/', Form::kUnicode},
    {"\\x2F", '/', Form::kUnicode},   {"%2b", '+', Form::kPercent},
    {"%2B", '+', Form::kPercent},     {"%2f", '/', Form::kPercent},
    {"%2F", '/', Form::kPercent},     {"%252b", '+', Form::kPercent},
    {"%252B", '+', Form::kPercent},   {"%252f", '/', Form::kPercent},
    {"%252F", '/', Form::kPercent},   {"&#43;", '+', Form::kHtml},
    {"&#47;", '/', Form::kHtml},      {"&#x2b;", '+', Form::kHtml},
    {"&#x2B;", '+', Form::kHtml},     {"&#x2f;", '/', Form::kHtml},
    {"&#x2F;", '/', Form::kHtml},
};

}  // namespace

Grammar::Grammar(FormSet chosen) {
  const FormSet text = written_in_text(chosen);
  const FormSet written = text | written_in_base64(chosen);
  add_symbols(kBetween, kBetween);
  if (written.has(Form::kUrlsafe)) {
    at(kBetween, '-') = {kBetween, '+', How::written(Form::kUrlsafe), false};
    at(kBetween, '_') = {kBetween, '/', How::written(Form::kUrlsafe), false};
  }
  if (written.has(Form::kForm)) {
    at(kBetween, ' ') = {kBetween, '+', How::written(Form::kForm), false};
  }
  add_escapes(written);
  if (written.has(Form::kColor)) add_colors();

  at(kUtf16Nul, '\0') = {kUtf16Symbol, 0, How(), false};
  add_symbols(kUtf16Symbol, kUtf16Nul);
  at(kUtf16Symbol, '-') = {kUtf16Nul, '+', How::loose_utf16(), false};
  at(kUtf16Symbol, '_') = {kUtf16Nul, '/', How::loose_utf16(), false};
}

void Grammar::add_symbols(State from, State next) {
  for (const char symbol : secret::kAlphabet) {
    at(from, symbol) = {next, symbol, How(), false};
  }
}

void Grammar::add_escapes(FormSet written) {
  for (const Spelling& spelling : kSpellings) {
    if (written.has(spelling.form)) {
      spell(spelling.written, spelling.symbol, spelling.form);
    }
  }
}

void Grammar::spell(std::string_view written, char symbol, Form form) {
  State state = kBetween;
  for (const char byte : written.substr(0, written.size() - 1)) {
    state = branch(state, byte, form);
    if (byte == '\\') at(state, '\\').next = state;
  }
  at(state, written.back()) = {kBetween, symbol, How::written(form), false};
}

/// ESC [ parameters m, or K.
void Grammar::add_colors() {
  const State escape = branch(kBetween, '\x1b', Form::kColor);
  const State parameters = branch(escape, '[', Form::kColor);
  for (const char byte : std::string_view("0123456789;:")) {
    at(parameters, byte).next = parameters;
  }
  at(parameters, 'm') = {kBetween, 0, How(), true};
  at(parameters, 'K') = {kBetween, 0, How(), true};
}

/// The state behind `byte` on the way to `form`, made where there is none yet.
Grammar::State Grammar::branch(State from, char byte, Form form) {
  Step& step = at(from, byte);
  if (step.next == kEnded) {
    CFLT_CHECK(state_count_ < kStateCount);
    step.next = state_count_++;
  }
  How& ahead = ways_ahead_[step.next];
  ahead = ahead | How::written(form);
  return step.next;
}

}  // namespace cflt::forms
