#include "written.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "secret.h"

namespace cflt::reference {

std::string Run::values() const {
  std::string text;
  for (const Symbol& symbol : symbols) text += symbol.value;
  return text;
}

namespace {

// Ends the run at a terminator, or where the window does.
void end_at(Run& run, const std::string& window, size_t at) {
  if (at < window.size()) {
    run.terminator = window[at];
  } else {
    run.is_cut = window.size() == kWindowBytes;
  }
}

// A symbol that is one byte, or none where the byte is not one of
// `A-Z a-z 0-9 + / - _`.
std::optional<Symbol> symbol_of_byte(char byte) {
  if (byte == '-') return Symbol{'+', "urlsafe", true, false, 0};
  if (byte == '_') return Symbol{'/', "urlsafe", true, false, 0};
  if (is_one_of(byte, kAlphabet)) return Symbol{byte, "plain", false, false, 0};
  return std::nullopt;
}

// Section 3.1: in text and base64.

struct Escape {
  std::string form;
  std::string text;
  char value;
};

// More than one `\` in front is the reader's business.
const std::vector<Escape> kEscapes = {
    {"json", "\\/", '/'},        {"unicode", "\\u002b", '+'},
    {"unicode", "\\u002B", '+'}, {"unicode", "\\u002f", '/'},
    {"unicode", "\\u002F", '/'}, {"unicode", "\\x2b", '+'},
    {"unicode", "\\x2B", '+'},   {"unicode", "\\x2f", '/'},
    {"unicode", "\\x2F", '/'},   {"percent", "%2b", '+'},
    {"percent", "%2B", '+'},     {"percent", "%2f", '/'},
    {"percent", "%2F", '/'},     {"percent", "%252b", '+'},
    {"percent", "%252B", '+'},   {"percent", "%252f", '/'},
    {"percent", "%252F", '/'},   {"html", "&#43;", '+'},
    {"html", "&#x2b;", '+'},     {"html", "&#x2B;", '+'},
    {"html", "&#47;", '/'},      {"html", "&#x2f;", '/'},
    {"html", "&#x2F;", '/'},
};

// What the reader finds at one place of the window.
struct Written {
  enum State {
    kComplete,
    kWrong,       // `end` is the place of the terminator
    kUnfinished,  // right so far; `end` is that of the window
  };
  State state;
  size_t end;
  Symbol symbol;  // where complete and a symbol
};

size_t last_of_backslashes(const std::string& window, size_t begin) {
  size_t last = begin;
  while (last + 1 < window.size() && window[last + 1] == '\\') ++last;
  return last;
}

Written read_escape(const std::string& window, size_t begin,
                    const std::set<std::string>& writings) {
  const bool is_backslash = window[begin] == '\\';
  const size_t from = is_backslash ? last_of_backslashes(window, begin) : begin;
  for (const Escape& escape : kEscapes) {
    if (writings.count(escape.form) == 0) continue;
    // Shorter than the escape only at the end of the window.
    const std::string there = window.substr(from, escape.text.size());
    const size_t end = from + there.size();
    if (there == escape.text) {
      return {Written::kComplete,
              end,
              {escape.value, escape.form, false, false, end}};
    }
    if (escape.text.substr(0, there.size()) == there) {
      return {Written::kUnfinished, end, {}};
    }
  }
  return {Written::kWrong, begin, {}};
}

// A symbol without a colour sequence.
Written read_bare_symbol(const std::string& window, size_t begin,
                         const std::set<std::string>& writings) {
  if (begin == window.size()) return {Written::kUnfinished, begin, {}};
  const size_t end = begin + 1;
  if (window[begin] == ' ' && writings.count("form") != 0) {
    return {Written::kComplete, end, {'+', "form", true, true, end}};
  }
  std::optional<Symbol> symbol = symbol_of_byte(window[begin]);
  if (symbol && (symbol->form == "plain" || writings.count(symbol->form))) {
    symbol->end = end;
    return {Written::kComplete, end, *symbol};
  }
  return read_escape(window, begin, writings);
}

constexpr char kEsc = '\x1b';

// `ESC [`, any of `0-9 ; :`, then `m` or `K`; `begin` is at the ESC.
Written read_colour_sequence(const std::string& window, size_t begin) {
  size_t at = begin + 1;
  if (at == window.size()) return {Written::kUnfinished, at, {}};
  if (window[at] != '[') return {Written::kWrong, begin, {}};
  ++at;
  while (at < window.size() && is_one_of(window[at], "0123456789;:")) ++at;
  if (at == window.size()) return {Written::kUnfinished, at, {}};
  if (!is_one_of(window[at], "mK")) return {Written::kWrong, begin, {}};
  return {Written::kComplete, at + 1, {}};
}

Written read_symbol(const std::string& window, size_t begin,
                    const std::set<std::string>& writings) {
  size_t at = begin;
  while (at < window.size() && window[at] == kEsc && writings.count("color")) {
    const Written colour = read_colour_sequence(window, at);
    if (colour.state != Written::kComplete) return colour;
    at = colour.end;
  }
  Written written = read_bare_symbol(window, at, writings);
  if (at > begin) written.symbol.form = "color";
  return written;
}

constexpr int kSpacesInRun = 7;

}  // namespace

Run read_written_run(const std::string& window, size_t most,
                     const std::set<std::string>& writings) {
  Run run;
  size_t at = 0;
  int spaces = 0;
  while (run.symbols.size() < most) {
    const Written written = read_symbol(window, at, writings);
    if (written.state != Written::kComplete) {
      end_at(run, window, written.end);
      return run;
    }
    if (written.symbol.is_space && ++spaces > kSpacesInRun) {
      run.terminator = " ";
      return run;
    }
    run.symbols.push_back(written.symbol);
    at = written.end;
  }
  return run;
}

// Section 3.2: in hex.

const std::string kHexDigits = "0123456789abcdefABCDEF";

Run read_hex_run(const std::string& window) {
  const size_t end =
      std::min(window.find_first_not_of(kHexDigits), window.size());
  Run run;
  for (size_t at = 0; run.symbols.size() < kSymbols; at += 2) {
    if (at + 2 > end) {
      end_at(run, window, end);
      return run;
    }
    const int byte = std::stoi(window.substr(at, 2), nullptr, 16);
    std::optional<Symbol> symbol = symbol_of_byte(static_cast<char>(byte));
    if (!symbol) {
      run.terminator = static_cast<char>(byte);
      return run;
    }
    symbol->end = at + 2;
    run.symbols.push_back(*symbol);
  }
  return run;
}

// Section 3.3: in UTF-16.

Run read_utf16_run(const std::string& window) {
  Run run;
  for (size_t at = 0; run.symbols.size() < kSymbols; at += 2) {
    const std::string pair = window.substr(at, 2);
    if (pair.size() < 2) {
      end_at(run, window, window.size());
      return run;
    }
    std::optional<Symbol> symbol = symbol_of_byte(pair[1]);
    if (pair[0] != '\0' || !symbol) {
      run.terminator = pair;
      return run;
    }
    symbol->end = at + 2;
    run.symbols.push_back(*symbol);
  }
  return run;
}

// Section 3.4: inside base64.

size_t bits_of_t(size_t offset) {
  if (offset == 0) return 2;
  return offset == 1 ? 4 : 0;
}

Run inner_run_of(const Run& outer, size_t offset) {
  std::string bits;
  for (const Symbol& symbol : outer.symbols) {
    bits += bits_of(kAlphabet.find(symbol.value), 6);
  }
  Run inner;
  for (size_t at = bits_of_t(offset); inner.symbols.size() < kSymbols;
       at += 8) {
    if (at + 8 > bits.size()) {
      inner.is_cut = outer.is_cut;
      inner.terminator = outer.terminator;
      return inner;
    }
    const char byte = static_cast<char>(number_of(bits.substr(at, 8)));
    std::optional<Symbol> symbol = symbol_of_byte(byte);
    if (!symbol) {
      inner.terminator = byte;
      return inner;
    }
    symbol->end = outer.symbols[(at + 7) / 6].end;
    inner.symbols.push_back(*symbol);
  }
  return inner;
}

}  // namespace cflt::reference
