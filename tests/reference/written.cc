#include "written.h"

#include "matching.h"

namespace cflt::reference {

bool Symbol::is_loose() const { return is_space || is_wrapped || is_urlsafe; }

std::string Run::values() const {
  std::string text;
  for (const Symbol& symbol : symbols) text += symbol.value;
  return text;
}

namespace {

// A way of writing that is more than one unit.
struct Escape {
  std::string form;
  Pattern pattern;
  char value;
};

Pattern percent_and(const std::vector<std::string>& texts) {
  return {{{"%"}}, {{"25"}, true}, {texts}};
}

Pattern ampersand_and(const Pattern& rest) {
  Pattern pattern = {{{"&"}}, {{"amp;"}, true}};
  pattern.insert(pattern.end(), rest.begin(), rest.end());
  return pattern;
}

Pattern decimal_reference(const std::string& number) {
  return ampersand_and({{{"#"}}, {{"0"}, true}, {{number}}});
}

Pattern hex_reference(const std::vector<std::string>& numbers) {
  return ampersand_and({{{"#x", "#X"}}, {{"0"}, true}, {numbers}});
}

const std::vector<Escape>& escapes() {
  static const std::vector<Escape> kEscapes = {
      {"json", backslash_and({"+"}), '+'},
      {"json", backslash_and({"/"}), '/'},
      {"unicode", backslash_and({"u002b", "u002B", "x2b", "x2B"}), '+'},
      {"unicode", backslash_and({"u002f", "u002F", "x2f", "x2F"}), '/'},
      {"percent", percent_and({"2b", "2B"}), '+'},
      {"percent", percent_and({"2f", "2F"}), '/'},
      {"html", decimal_reference("43;"), '+'},
      {"html", decimal_reference("47;"), '/'},
      {"html", hex_reference({"2b;", "2B;"}), '+'},
      {"html", hex_reference({"2f;", "2F;"}), '/'},
      {"html", ampersand_and({{{"plus;"}}}), '+'},
      {"html", ampersand_and({{{"sol;"}}}), '/'},
  };
  return kEscapes;
}

// What the reader finds at one place. The end of the match is that of the
// symbol, or the place of the terminator.
struct Written {
  Match match;
  Symbol symbol;
};

Written read_escape(const Units& units, size_t at, const Rules& rules) {
  Match best = {Match::kNo, at};
  for (const Escape& escape : escapes()) {
    if (rules.writings.count(escape.form) == 0) continue;
    const Match next = match(units, at, escape.pattern);
    if (next.state == Match::kYes) return {next, {escape.value, escape.form}};
    if (next.state == Match::kUnfinished) best.state = Match::kUnfinished;
  }
  return {best, {}};
}

// A symbol without what may stand in front of it.
Written read_bare_symbol(const Units& units, size_t at, const Rules& rules) {
  if (at == units.size()) return {{Match::kUnfinished, at}, {}};
  const Match one = {Match::kYes, at + 1};
  const char byte = units[at].byte;
  if (is_one_of(byte, rules.plain)) return {one, {byte}};
  if (rules.writings.count("urlsafe") != 0) {
    if (byte == '-') return {one, {'+', "urlsafe", true}};
    if (byte == '_') return {one, {'/', "urlsafe", true}};
  }
  if (byte == ' ' && rules.writings.count("form") != 0) {
    return {one, {'+', "form", false, true}};
  }
  return read_escape(units, at, rules);
}

// What stands in front of a symbol: colour sequences and line breaks.
struct Front {
  Match match;
  bool has_colour = false;
  bool has_break = false;
};

Match match_break(const Units& units, size_t at, const Rules& rules) {
  const Match next =
      match_line_break(units, at, rules.writings.count("color") != 0);
  // A space is no padding where no line end is complete behind it.
  const bool is_space = at < units.size() && units[at].byte == ' ';
  const bool is_symbol = is_space && next.state == Match::kUnfinished;
  return is_symbol ? Match{Match::kNo, at} : next;
}

// `may_break` is whether a line break belongs to the run.
Front read_front(const Units& units, size_t begin, const Rules& rules,
                 bool may_break) {
  Front front = {{Match::kYes, begin}};
  // No colour sequence and no line break begins with such a byte.
  const bool is_end = begin == units.size();
  if (!is_end && is_one_of(units[begin].byte, kAlphabet)) return front;
  while (true) {
    const size_t at = front.match.end;
    Match next = {Match::kNo, at};
    if (rules.writings.count("color") != 0) {
      next = match(units, at, kColourSequence);
      if (next.state == Match::kYes) front.has_colour = true;
    }
    if (next.state == Match::kNo && rules.writings.count("wrapped") != 0) {
      next = match_break(units, at, rules);
      if (next.state == Match::kYes && !may_break) {
        front.match = {Match::kNo, at};
        return front;
      }
      if (next.state == Match::kYes) front.has_break = true;
    }
    if (next.state == Match::kNo) return front;
    front.match = next;
    if (next.state == Match::kUnfinished) return front;
  }
}

bool is_upper_or_digit(char value) {
  return (value >= 'A' && value <= 'Z') || (value >= '0' && value <= '9');
}

// The next symbol, with what stands in front of it. Where it is not complete,
// the only thing told of a symbol is whether it would be wrapped.
Written read_symbol(const Units& units, size_t begin, const Rules& rules,
                    bool may_break) {
  const Front front = read_front(units, begin, rules, may_break);
  Written written = {front.match, {}};
  if (front.match.state == Match::kYes) {
    written = read_bare_symbol(units, front.match.end, rules);
  }
  if (written.match.state == Match::kYes) {
    written.symbol.begin = units[front.match.end].begin;
  }
  if (front.has_colour) written.symbol.form = "color";
  written.symbol.is_wrapped = front.has_break;
  return written;
}

constexpr int kSpacesInRun = 7;

void end_run(Run& run, const Text& text, const Match& match) {
  if (match.state == Match::kUnfinished) {
    run.is_cut = text.is_cut;
    run.is_star = text.is_star;
  } else {
    run.is_star = text.units[match.end].byte == '*';
  }
}

}  // namespace

Run read_run(const Text& text, const Rules& rules) {
  Run run;
  size_t at = 0;
  int spaces = 0;
  bool may_break = !rules.is_text;
  while (run.symbols.size() < rules.most_symbols) {
    Written written = read_symbol(text.units, at, rules, may_break);
    Symbol& symbol = written.symbol;
    if (written.match.state != Match::kYes) {
      run.is_break_last = symbol.is_wrapped;
      end_run(run, text, written.match);
      return run;
    }
    if (rules.is_text && symbol.is_space && ++spaces > kSpacesInRun) return run;
    at = written.match.end;
    symbol.end = text.units[at - 1].end;
    run.symbols.push_back(symbol);
    may_break = may_break || is_upper_or_digit(symbol.value);
  }
  return run;
}

Run strict_part_of(const Run& run) {
  Run strict;
  for (const Symbol& symbol : run.symbols) {
    if (symbol.is_loose()) return strict;
    strict.symbols.push_back(symbol);
  }
  if (run.is_break_last) return strict;
  strict.is_cut = run.is_cut;
  strict.is_star = run.is_star;
  return strict;
}

}  // namespace cflt::reference
