#include "reference.h"

#include <algorithm>

#include "secret.h"
#include "written.h"

namespace cflt::reference {
namespace {

using std::string_literals::operator""s;

// Section 6: choosing forms. It is first because the others ask it.

bool is_chosen(const Options& options, const std::string& form) {
  return options.forms.empty() || options.forms.count(form) != 0;
}

bool is_any_chosen(const Options& options,
                   const std::vector<std::string>& forms) {
  return std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
    return is_chosen(options, form);
  });
}

// The ways of writing that are read in text, without plain, which always is.
std::set<std::string> text_writings(const Options& options) {
  std::set<std::string> chosen;
  for (const char* form :
       {"urlsafe", "form", "json", "unicode", "percent", "html", "color"}) {
    if (is_chosen(options, form)) chosen.insert(form);
  }
  return chosen;
}

// The same for the outer symbols of base64, whatever is chosen for text.
std::set<std::string> base64_writings(const Options& options) {
  if (!is_chosen(options, "base64-escaped")) return {};
  return {"urlsafe", "json", "unicode", "percent", "html"};
}

// Section 2: anchors.

enum class Family { kText, kBase64, kHex, kUtf16 };

struct AnchorRow {
  Family family;
  size_t offset;  // base64 only: section 3.4
  std::string bytes;
  std::string before;  // what the previous byte must be one of; empty: any
  std::string behind;  // the same for the next byte
};

const std::vector<AnchorRow> kAnchorTable = {
    {Family::kText, 0, "cflt", "", ""},
    {Family::kBase64, 0, "Y2Zsd", "", "CDEFGH"},
    {Family::kBase64, 1, "NmbH", "GWm2", "QR"},
    {Family::kBase64, 2, "jZmx0", "BFJNRVZdhlptx159", ""},
    {Family::kHex, 0, "63666c74", "", ""},
    {Family::kHex, 0, "63666C74", "", ""},
    {Family::kUtf16, 0, "c\0f\0l\0t"s, "", ""},
};

bool is_family_chosen(const Options& options, Family family) {
  switch (family) {
    case Family::kText:
      return is_any_chosen(options, {"plain", "urlsafe", "form", "json",
                                     "unicode", "percent", "html", "color"});
    case Family::kBase64:
      return is_any_chosen(options, {"base64", "base64-escaped"});
    case Family::kHex:
      return is_chosen(options, "hex");
    case Family::kUtf16:
      return is_chosen(options, "utf16");
  }
  return false;
}

bool is_anchor_at(const std::string& input, size_t begin,
                  const AnchorRow& row) {
  if (input.compare(begin, row.bytes.size(), row.bytes) != 0) return false;
  const size_t end = begin + row.bytes.size();
  if (!row.before.empty() &&
      (begin == 0 || !is_one_of(input[begin - 1], row.before))) {
    return false;
  }
  return row.behind.empty() ||
         (end < input.size() && is_one_of(input[end], row.behind));
}

struct Anchor {
  Family family;
  size_t offset;
  size_t begin;
  size_t end;
};

std::vector<Anchor> find_anchors(const std::string& input,
                                 const Options& options) {
  std::vector<Anchor> anchors;
  for (size_t begin = 0; begin < input.size(); ++begin) {
    for (const AnchorRow& row : kAnchorTable) {
      if (is_anchor_at(input, begin, row) &&
          is_family_chosen(options, row.family)) {
        const size_t end = begin + row.bytes.size();
        anchors.push_back({row.family, row.offset, begin, end});
      }
    }
  }
  return anchors;
}

std::string window_of(const std::string& input, const Anchor& anchor) {
  return input.substr(anchor.end, kWindowBytes);
}

// Section 4: verdicts.

// The run up to its first loose symbol, which is then the terminator.
Run strict_part_of(const Run& run) {
  Run strict;
  for (const Symbol& symbol : run.symbols) {
    if (symbol.is_loose) {
      strict.terminator = symbol.value;
      return strict;
    }
    strict.symbols.push_back(symbol);
  }
  strict.is_cut = run.is_cut;
  strict.terminator = run.terminator;
  return strict;
}

struct Candidate {
  Anchor anchor;
  Run outer;  // the written symbols; the same as `run` but in base64
  Run run;    // the symbols of the secret
  Run strict_run;
};

Candidate read_base64(const Anchor& anchor, const std::string& window,
                      const Options& options) {
  const Run outer =
      read_written_run(window, kMostOuterSymbols, base64_writings(options));
  const Run strict_outer = strict_part_of(outer);
  return {anchor, outer, inner_run_of(outer, anchor.offset),
          strict_part_of(inner_run_of(strict_outer, anchor.offset))};
}

Candidate read_candidate(const Anchor& anchor, const std::string& window,
                         const Options& options) {
  Run run;
  switch (anchor.family) {
    case Family::kText:
      run = read_written_run(window, kSymbols, text_writings(options));
      break;
    case Family::kBase64:
      return read_base64(anchor, window, options);
    case Family::kHex:
      run = read_hex_run(window);
      break;
    case Family::kUtf16:
      run = read_utf16_run(window);
      break;
  }
  return {anchor, run, run, strict_part_of(run)};
}

bool is_found(const Run& run) {
  if (run.symbols.size() != kSymbols) return false;
  const std::string values = run.values();
  return values.substr(kBodySymbols) ==
         check_of(values.substr(0, kBodySymbols));
}

bool is_mixed(const std::string& body) {
  const auto any = [&](char first, char last) {
    return std::any_of(body.begin(), body.end(),
                       [=](char c) { return c >= first && c <= last; });
  };
  return any('A', 'Z') && any('a', 'z') && any('0', '9');
}

bool is_star(const std::string& terminator, Family family) {
  if (family == Family::kUtf16) return terminator == "\0*"s;
  return terminator == "*";
}

bool is_truncated(const Run& strict_run, Family family) {
  const size_t n = strict_run.symbols.size();
  if (n < kBodySymbols || n >= kSymbols || strict_run.is_cut) return false;
  const std::string values = strict_run.values();
  const std::string body = values.substr(0, kBodySymbols);
  const std::string check = values.substr(kBodySymbols);
  if (check != check_of(body).substr(0, check.size())) return false;
  if (n <= kBodySymbols + 1 && !is_mixed(body)) return false;
  return !is_star(strict_run.terminator, family);
}

bool is_rejected(const Run& run) {
  return run.symbols.size() == kSymbols &&
         is_one_of(run.symbols.back().value, "AQgw");
}

// Empty where the anchor fails.
std::string verdict_of(const Candidate& candidate, const Options& options) {
  if (is_found(candidate.run)) return "found";
  if (options.mask_truncated &&
      is_truncated(candidate.strict_run, candidate.anchor.family)) {
    const size_t check_symbols =
        candidate.strict_run.symbols.size() - kBodySymbols;
    return check_symbols < 2 ? "suspected" : "truncated";
  }
  return is_rejected(candidate.run) ? "rejected" : "";
}

// Where the span ends, in the window.
size_t span_end_of(const Candidate& candidate, const std::string& verdict) {
  const bool is_truncated = verdict == "truncated" || verdict == "suspected";
  const Run& run = is_truncated ? candidate.strict_run : candidate.run;
  return run.symbols.back().end;
}

// The written symbols of the span.
std::vector<Symbol> symbols_of_span(const Candidate& candidate,
                                    size_t span_end) {
  std::vector<Symbol> symbols;
  for (const Symbol& symbol : candidate.outer.symbols) {
    if (symbol.end <= span_end) symbols.push_back(symbol);
  }
  return symbols;
}

std::string form_of(Family family, const std::vector<Symbol>& symbols) {
  if (family == Family::kHex) return "hex";
  if (family == Family::kUtf16) return "utf16";
  const auto other =
      std::find_if(symbols.begin(), symbols.end(),
                   [](const auto& symbol) { return symbol.form != "plain"; });
  const bool is_plain = other == symbols.end();
  if (family == Family::kText) return is_plain ? "plain" : other->form;
  return is_plain ? "base64" : "base64-escaped";
}

bool is_masked(const std::string& verdict, const std::vector<Symbol>& symbols,
               const Options& options) {
  if (verdict != "rejected") return true;
  return options.redact_mismatch &&
         std::none_of(symbols.begin(), symbols.end(),
                      [](const auto& symbol) { return symbol.is_space; });
}

// Section 5: what comes out.

std::string colour_sequences_of(const std::string& replaced) {
  std::string sequences;
  bool is_inside = false;
  for (char byte : replaced) {
    if (byte == '\x1b') is_inside = true;
    if (is_inside) sequences += byte;
    if (is_one_of(byte, "mK")) is_inside = false;
  }
  return sequences;
}

std::string base64_mask(size_t offset, const std::vector<Symbol>& symbols) {
  std::string bits = bits_of_byte('t').substr(8 - bits_of_t(offset));
  for (int stars = 1; stars <= 6; ++stars) {
    bits += bits_of_byte('*');
    const size_t count = (bits.size() + 5) / 6;
    if (stars >= 4 && (symbols.size() - count) % 4 == 0) break;
  }
  const size_t bits_of_next = (6 - bits.size() % 6) % 6;
  bits += bits_of(kAlphabet.find(symbols.back().value), bits_of_next);
  return base64_of_bits(bits);
}

// `symbols` are the written ones of the span. Colour sequences come behind.
std::string mask_of(const Anchor& anchor, const std::string& anchor_bytes,
                    const std::vector<Symbol>& symbols) {
  switch (anchor.family) {
    case Family::kText:
      return "****";
    case Family::kBase64:
      return base64_mask(anchor.offset, symbols);
    case Family::kHex:
      return is_one_of('C', anchor_bytes) ? "2A2A2A2A" : "2a2a2a2a";
    case Family::kUtf16:
      return "\0*\0*\0*\0*"s;
  }
  return "";
}

std::string between(const std::string& input, size_t begin, size_t end) {
  return input.substr(begin, end - begin);
}

class Redactor {
 public:
  Redactor(const std::string& input, const Options& options)
      : input_(input), options_(options) {}

  Result run() {
    for (const Anchor& anchor : find_anchors(input_, options_)) judge(anchor);
    result_.output += input_.substr(done_);
    return result_;
  }

 private:
  void judge(const Anchor& anchor) {
    const Candidate candidate =
        read_candidate(anchor, window_of(input_, anchor), options_);
    const std::string verdict = verdict_of(candidate, options_);
    if (verdict.empty()) return;
    const size_t end = span_end_of(candidate, verdict);
    const std::vector<Symbol> symbols = symbols_of_span(candidate, end);
    count({anchor.begin, anchor.end, anchor.end + end,
           form_of(anchor.family, symbols), verdict});
    if (is_masked(verdict, symbols, options_)) {
      replace(anchor, anchor.end + end, symbols);
    }
  }

  void count(const Hit& hit) {
    if (hit.verdict == "found") ++result_.found[hit.form];
    if (hit.verdict == "truncated") ++result_.truncated;
    if (hit.verdict == "suspected") ++result_.suspected;
    if (hit.verdict == "rejected") ++result_.rejected;
    result_.hits.push_back(hit);
  }

  void replace(const Anchor& anchor, size_t span_end,
               const std::vector<Symbol>& symbols) {
    if (anchor.end <= done_) {
      lengthen(anchor.family, span_end);
      return;
    }
    // The anchor, or the part of it that is not replaced, leaves as it came.
    result_.output += between(input_, done_, anchor.end);
    const size_t left_of_anchor = anchor.end - std::max(anchor.begin, done_);
    const size_t begin = result_.output.size() - left_of_anchor;
    result_.output +=
        mask_of(anchor, between(input_, anchor.begin, anchor.end), symbols);
    result_.masks.push_back({begin, result_.output.size()});
    done_ = anchor.end;
    lengthen(anchor.family, span_end);
  }

  void lengthen(Family family, size_t span_end) {
    if (span_end <= done_) return;
    if (family == Family::kText) {
      result_.output += colour_sequences_of(between(input_, done_, span_end));
    }
    done_ = span_end;
  }

  const std::string& input_;
  const Options& options_;
  Result result_;
  // The input before this has left or is replaced. It stands at the end of a
  // replaced part, or at 0, where no anchor ends.
  size_t done_ = 0;
};

}  // namespace

Result redact(const std::string& input, const Options& options) {
  return Redactor(input, options).run();
}

}  // namespace cflt::reference
