#include "matching.h"

namespace cflt::reference {

const Pattern kColourSequence = {
    {{"\x1b["}},
    {{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ";", ":"}, true},
    {{"m", "K"}}};

namespace {

Match match_text(const Units& units, size_t at, const std::string& text) {
  for (char byte : text) {
    if (at == units.size()) return {Match::kUnfinished, at};
    if (units[at].byte != byte) return {Match::kNo, at};
    ++at;
  }
  return {Match::kYes, at};
}

Match match_one_text(const Units& units, size_t at,
                     const std::vector<std::string>& texts) {
  Match best = {Match::kNo, at};
  for (const std::string& text : texts) {
    const Match match = match_text(units, at, text);
    if (match.state == Match::kYes) return match;
    if (match.state == Match::kUnfinished) best.state = Match::kUnfinished;
  }
  return best;
}

Match match_part(const Units& units, size_t at, const Part& part) {
  Match match = match_one_text(units, at, part.texts);
  if (!part.is_any_number) return match;
  while (match.state == Match::kYes) {
    match = match_one_text(units, match.end, part.texts);
  }
  if (match.state == Match::kNo) match.state = Match::kYes;
  return match;
}

const std::vector<std::string> kMoreBackslashes = {"\\", "x5c", "x5C", "u005c",
                                                   "u005C"};

const Pattern kNewLine = {{{"\n", "\r"}}};

// In a seam a backslash is nothing but that, one or more.
Pattern backslashes_and(const std::vector<std::string>& texts) {
  return {{{"\\"}}, {{"\\"}, true}, {texts}};
}

const std::vector<Pattern> kSeamLineEnds = {kNewLine,
                                            backslashes_and({"n", "r"})};
const std::vector<Pattern> kSeamBlank = {{{{" ", "\t", "\n", "\r"}}},
                                         backslashes_and({"n", "r", "t"})};
const std::vector<Pattern> kLineEnds = {
    kNewLine, backslash_and({"n", "r"}), {{{"="}}, {{"\n", "\r"}}}};

const std::vector<Pattern> kSpace = {{{{" "}}}};
const std::vector<Pattern> kSpaceOrColours = {{{{" "}}}, kColourSequence};
const std::vector<Pattern> kBlank = {{{{" ", "\t", "\n", "\r"}}},
                                     backslash_and({"n", "r", "t"})};
const std::vector<Pattern> kBlankOrColours = {{{{" ", "\t", "\n", "\r"}}},
                                              backslash_and({"n", "r", "t"}),
                                              kColourSequence};

Match match_seam_of(const std::string& quote, const Units& units, size_t at) {
  Match match = match_text(units, at, quote);
  if (match.state != Match::kYes) return match;
  match = match_any_number(units, match.end, kSpace);
  match = match_one_of(units, match.end, kSeamLineEnds);
  if (match.state != Match::kYes) return match;
  match = match_any_number(units, match.end, kSeamBlank);
  if (match.state != Match::kYes) return match;
  return match_one_text(units, match.end, {quote, "b" + quote, "u" + quote});
}

Match match_seam(const Units& units, size_t at) {
  const Match match = match_seam_of("'", units, at);
  return match.state == Match::kNo ? match_seam_of("\"", units, at) : match;
}

}  // namespace

Pattern backslash_and(const std::vector<std::string>& texts) {
  return {{{"\\"}}, {kMoreBackslashes, true}, {texts}};
}

Match match(const Units& units, size_t at, const Pattern& pattern) {
  Match match = {Match::kYes, at};
  for (const Part& part : pattern) {
    match = match_part(units, match.end, part);
    if (match.state != Match::kYes) return match;
  }
  return match;
}

Match match_one_of(const Units& units, size_t at,
                   const std::vector<Pattern>& patterns) {
  Match best = {Match::kNo, at};
  for (const Pattern& pattern : patterns) {
    const Match next = match(units, at, pattern);
    if (next.state == Match::kYes) return next;
    if (next.state == Match::kUnfinished) best.state = Match::kUnfinished;
  }
  return best;
}

Match match_any_number(const Units& units, size_t at,
                       const std::vector<Pattern>& patterns) {
  Match next = match_one_of(units, at, patterns);
  while (next.state == Match::kYes) {
    next = match_one_of(units, next.end, patterns);
  }
  if (next.state == Match::kNo) next.state = Match::kYes;
  return next;
}

Match match_line_break(const Units& units, size_t at, bool has_colours) {
  const size_t line_end =
      match_any_number(units, at, has_colours ? kSpaceOrColours : kSpace).end;
  const Match match = match_one_of(units, line_end, kLineEnds);
  if (match.state == Match::kNo) return match_seam(units, line_end);
  if (match.state == Match::kUnfinished) return match;
  const auto& indentation = has_colours ? kBlankOrColours : kBlank;
  return {Match::kYes, match_any_number(units, match.end, indentation).end};
}

}  // namespace cflt::reference
