#include "reference.h"

#include <algorithm>

#include "anchors.h"
#include "inside.h"
#include "masks.h"
#include "secret.h"
#include "units.h"
#include "written.h"

namespace cflt::reference {
namespace {

// Section 4: verdicts.

struct Candidate {
  Run outer;  // the written symbols; the same as `run` in text
  Run run;    // the symbols of the secret
  Run strict_run;
};

Run read_inside(const Run& outer, const Anchor& anchor,
                const Options& options) {
  const Text text = anchor.family == Family::kHex
                        ? inside_hex(outer)
                        : inside_base64(outer, anchor.offset);
  return read_run(text, rules_inside(anchor, options));
}

Candidate read_candidate(const Anchor& anchor, const Options& options) {
  const Run outer = read_run(anchor.text, rules_of(anchor, options));
  const Run strict = strict_part_of(outer);
  if (anchor.family == Family::kText) return {outer, outer, strict};
  return {outer, read_inside(outer, anchor, options),
          strict_part_of(read_inside(strict, anchor, options))};
}

bool is_condition_behind_met(const std::string& behind,
                             const Candidate& candidate) {
  const std::vector<Symbol>& symbols = candidate.outer.symbols;
  return behind.empty() ||
         (!symbols.empty() && is_one_of(symbols.front().value, behind));
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

bool is_truncated(const Run& strict_run) {
  const size_t n = strict_run.symbols.size();
  if (n < kBodySymbols || n >= kSymbols || strict_run.is_cut) return false;
  const std::string values = strict_run.values();
  const std::string body = values.substr(0, kBodySymbols);
  const std::string check = values.substr(kBodySymbols);
  if (check != check_of(body).substr(0, check.size())) return false;
  if (n <= kBodySymbols + 1 && !is_mixed(body)) return false;
  return !strict_run.is_star;
}

bool is_rejected(const Run& run) {
  return run.symbols.size() == kSymbols &&
         is_one_of(run.symbols.back().value, "AQgw");
}

// Empty where the anchor fails.
std::string verdict_of(const Candidate& candidate, const Options& options) {
  if (is_found(candidate.run)) return "found";
  if (options.mask_truncated && is_truncated(candidate.strict_run)) {
    const size_t check_symbols =
        candidate.strict_run.symbols.size() - kBodySymbols;
    return check_symbols < 2 ? "suspected" : "truncated";
  }
  return is_rejected(candidate.run) ? "rejected" : "";
}

// Behind the last symbol of the span.
size_t span_end_of(const Candidate& candidate, const std::string& verdict) {
  const bool is_truncated = verdict == "truncated" || verdict == "suspected";
  const Run& run = is_truncated ? candidate.strict_run : candidate.run;
  return run.symbols.back().end;
}

std::vector<Symbol> symbols_up_to(size_t span_end, const Run& run) {
  std::vector<Symbol> symbols;
  for (const Symbol& symbol : run.symbols) {
    if (symbol.end <= span_end) symbols.push_back(symbol);
  }
  return symbols;
}

bool is_any_wrapped(const std::vector<Symbol>& symbols) {
  return std::any_of(symbols.begin(), symbols.end(),
                     [](const auto& symbol) { return symbol.is_wrapped; });
}

bool is_any_space(const std::vector<Symbol>& symbols) {
  return std::any_of(symbols.begin(), symbols.end(),
                     [](const auto& symbol) { return symbol.is_space; });
}

std::string first_form_but_plain(const std::vector<Symbol>& symbols) {
  for (const Symbol& symbol : symbols) {
    if (symbol.form != "plain") return symbol.form;
  }
  return "plain";
}

// An inner `-` or `_` is no escape.
bool is_without_escapes(const Span& span) {
  return first_form_but_plain(span.outer) == "plain" &&
         std::all_of(span.symbols.begin(), span.symbols.end(),
                     [](const auto& symbol) {
                       return symbol.form == "plain" || symbol.is_urlsafe;
                     });
}

std::string form_of(const Anchor& anchor, const Span& span) {
  if (anchor.coding == Coding::kUtf16) return "utf16";
  if (is_numbers(anchor.coding)) return "numbers";
  if (is_any_wrapped(span.outer)) return "wrapped";
  if (anchor.family == Family::kText) return first_form_but_plain(span.outer);
  if (anchor.family == Family::kHex) return "hex";
  return is_without_escapes(span) ? "base64" : "base64-escaped";
}

bool is_masked(const std::string& verdict, const Span& span,
               const Options& options) {
  if (verdict != "rejected") return true;
  return options.redact_mismatch && !is_any_space(span.outer) &&
         !is_any_wrapped(span.outer);
}

// Section 5: what comes out.

// So many of a mask of the same length are told of in Result::masks.
constexpr size_t kBytesOfSameLength = 4;

// Of a mask and its anchor, what is never torn apart: at most 8 bytes of the
// anchor, and 16 in all.
Mask untorn(size_t behind_anchor, size_t anchor_bytes, size_t mask_end) {
  const size_t begin = behind_anchor - std::min<size_t>(anchor_bytes, 8);
  return {begin, std::min(mask_end, begin + 16)};
}

class Redactor {
 public:
  Redactor(const std::string& stream, const Options& options)
      : stream_(stream), options_(options) {}

  Result run() {
    for (size_t end = 1; end <= stream_.size(); ++end) {
      for (const Anchor& anchor : anchors_that_end_at(stream_, end, options_)) {
        judge(anchor);
      }
    }
    result_.output += stream_.substr(done_);
    return result_;
  }

 private:
  void judge(const Anchor& anchor) {
    const Candidate candidate = read_candidate(anchor, options_);
    if (!is_condition_behind_met(anchor.behind, candidate)) return;
    const std::string verdict = verdict_of(candidate, options_);
    if (verdict.empty()) return;
    const size_t end = span_end_of(candidate, verdict);
    const Span span = {end, symbols_up_to(end, candidate.outer),
                       symbols_up_to(end, candidate.run)};
    count({anchor.begin, anchor.end, end, form_of(anchor, span), verdict});
    if (!is_masked(verdict, span, options_)) return;
    if (options_.same_length) {
      replace_by_same_length(anchor, span);
    } else {
      replace(anchor, span);
    }
  }

  void count(const Hit& hit) {
    if (hit.verdict == "found") ++result_.found[hit.form];
    if (hit.verdict == "truncated") ++result_.truncated;
    if (hit.verdict == "suspected") ++result_.suspected;
    if (hit.verdict == "rejected") ++result_.rejected;
    result_.hits.push_back(hit);
  }

  void replace(const Anchor& anchor, const Span& span) {
    if (anchor.end <= done_) {
      lengthen(anchor, span.end);
      return;
    }
    // The anchor, or the part of it that is not replaced, leaves as it came.
    result_.output += between(stream_, done_, anchor.end);
    const size_t left_of_anchor = anchor.end - std::max(anchor.begin, done_);
    const size_t behind_anchor = result_.output.size();
    result_.output += mask_of(stream_, anchor, span);
    result_.masks.push_back(
        untorn(behind_anchor, left_of_anchor, result_.output.size()));
    done_ = anchor.end;
    lengthen(anchor, span.end);
  }

  void lengthen(const Anchor& anchor, size_t span_end) {
    if (span_end <= done_) return;
    // A list of numbers has no ESC among its bytes, so none is kept.
    if (anchor.family == Family::kText) {
      const std::string replaced = between(stream_, done_, span_end);
      result_.output += colour_sequences_of(replaced, anchor.coding);
    }
    done_ = span_end;
  }

  // Section 5.1. Positions are the same in the stream and in the output.
  void replace_by_same_length(const Anchor& anchor, const Span& span) {
    if (anchor.end > done_) {
      result_.output += between(stream_, done_, anchor.end);
      const size_t left_of_anchor = anchor.end - std::max(anchor.begin, done_);
      result_.masks.push_back(
          untorn(anchor.end, left_of_anchor, anchor.end + kBytesOfSameLength));
      done_ = anchor.end;
    }
    if (span.end <= done_) return;
    result_.output += same_length_mask_of(stream_, anchor, span, done_);
    done_ = span.end;
  }

  const std::string& stream_;
  const Options& options_;
  Result result_;
  // The stream before this has left or is replaced. It stands at the end of a
  // replaced part, or at 0, where no anchor ends.
  size_t done_ = 0;
};

}  // namespace

Result redact(const std::string& input, const Options& options) {
  return Redactor(input, options).run();
}

}  // namespace cflt::reference
