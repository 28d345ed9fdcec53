#include "core/forms/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/canary/canary.h"

namespace cflt::forms {
namespace {

/// The bytes behind an anchor, read as a candidate.
class Behind {
 public:
  Behind(Family family, std::string text)
      : family_(family), text_(std::move(text)), run_(coding_of(family)) {
    run_.start(0, base_of(family));
    run_.read({text_.data(), text_.size()}, 0, text_.size(), 0);
    run_.finish();
    forms::read(family_, ways(), reading(), inner_, candidate_);
  }

  Reading reading() const {
    const RunEnd end = run_.ended_by_star() ? RunEnd::kStar
                       : run_.ended()       ? RunEnd::kByte
                                            : RunEnd::kCut;
    return {run_, 0, run_.count(), end};
  }
  std::string symbols() const { return {candidate_.symbols, candidate_.count}; }
  const Candidate& candidate() const { return candidate_; }
  bool broken() const { return is_broken(family_, ways(), reading()); }
  bool hopeless() { return is_hopeless(family_, ways(), reading(), inner_); }
  std::uint32_t bytes_of(std::uint32_t count) const {
    return forms::bytes_of(family_, inner_, count);
  }
  Form form(std::uint32_t count) const {
    return form_of(family_, reading(), count, false);
  }

 private:
  const Ways& ways() const { return ways_.of(family_); }

  Family family_;
  std::string text_;
  WaysOfFamilies ways_{FormSet::all()};
  SymbolRun run_;
  InnerRun inner_;
  Candidate candidate_;
};

std::string secret() { return canary::Canaries(5).next_secret(); }

/// What stands behind the base64 anchor in base64 of `before` + `after`.
std::string behind_base64(const std::string& before, Family family,
                          const std::string& after = secret()) {
  const std::string text = canary::to_base64(before + after);
  const std::string_view anchor =
      std::find_if(
          scan::kLiterals.begin(), scan::kLiterals.end(),
          [family](const auto& literal) { return literal.family == family; })
          ->bytes;
  return text.substr(text.find(anchor) + anchor.size());
}

TEST(Candidates, EveryLayoutReadsTheSameSymbols) {
  const std::string symbols = secret().substr(4);
  EXPECT_EQ(Behind(Family::kText, symbols).symbols(), symbols);
  EXPECT_EQ(Behind(Family::kBase64At0, behind_base64("", Family::kBase64At0))
                .symbols(),
            symbols);
  EXPECT_EQ(Behind(Family::kBase64At1, behind_base64(":", Family::kBase64At1))
                .symbols(),
            symbols);
  EXPECT_EQ(Behind(Family::kBase64At2, behind_base64("k:", Family::kBase64At2))
                .symbols(),
            symbols);
  EXPECT_EQ(Behind(Family::kHex, canary::write_symbols(symbols, Form::kHex))
                .symbols(),
            symbols);
  const std::string utf16 = canary::write_symbols(symbols, Form::kUtf16);
  EXPECT_EQ(Behind(Family::kUtf16Text, std::string(1, '\0') + utf16).symbols(),
            symbols);
  const std::string list = canary::write_symbols(symbols, Form::kNumbers);
  EXPECT_EQ(Behind(Family::kDecimals, list).symbols(), symbols);
}

/// One text, escaped in all ways, in each of what may stand around it.
TEST(Candidates, EscapesInsideOtherEncodingsAreRead) {
  const std::string escaped = "A%2Bb\\/c\\u002b&#x2F;-" + std::string(54, 'x');
  const std::string symbols = "A+b/c+/+" + std::string(52, 'x');
  EXPECT_EQ(Behind(Family::kText, escaped).symbols(), symbols);
  for (const auto& [family, before] :
       {std::pair(Family::kBase64At0, ""), std::pair(Family::kBase64At1, ":"),
        std::pair(Family::kBase64At2, "k:")}) {
    const Behind base64(family,
                        behind_base64(before, family, "cflt" + escaped));
    EXPECT_EQ(base64.symbols(), symbols);
    EXPECT_EQ(base64.bytes_of(1), 1U);
    EXPECT_EQ(base64.bytes_of(2), 4U);
    EXPECT_EQ(base64.candidate().strict_count, 7U);
  }
  EXPECT_EQ(Behind(Family::kHex, canary::write_symbols(escaped, Form::kHex))
                .symbols(),
            symbols);
  EXPECT_EQ(
      Behind(Family::kDecimals, canary::write_symbols(escaped, Form::kNumbers))
          .symbols(),
      symbols);
}

TEST(Candidates, WhatIsEscapedInsideMayGoOn) {
  const std::string half = behind_base64("", Family::kBase64At0, "cfltA%2Bb%2");
  const Behind open(Family::kBase64At0, half.substr(0, 13));
  EXPECT_TRUE(open.candidate().unfinished);
  const Behind closed(Family::kBase64At0, half.substr(0, 13) + "]");
  EXPECT_TRUE(closed.candidate().unfinished);  // but the run has ended
  const Behind other(Family::kBase64At0,
                     behind_base64("", Family::kBase64At0, "cfltA%2Bb\"xxxx"));
  EXPECT_FALSE(other.candidate().unfinished);
  EXPECT_EQ(other.candidate().count, 3U);
}

TEST(Candidates, ALineBreakInTextAsksForACapitalOrADigit) {
  EXPECT_TRUE(Behind(Family::kText, "abc\nABC").broken());
  EXPECT_TRUE(Behind(Family::kText, "abc\n").broken());
  EXPECT_TRUE(Behind(Family::kText, "abc'").broken());
  EXPECT_FALSE(Behind(Family::kText, "abC\nabc").broken());
  EXPECT_FALSE(Behind(Family::kText, "ab1\n").broken());
  EXPECT_FALSE(Behind(Family::kBase64At0, "CCCC\nCCC").broken());
  EXPECT_FALSE(Behind(Family::kHex, "6161\n61").broken());
}

TEST(Candidates, ALineBreakEndsTheStrictRunOnly) {
  const Behind text(Family::kText, "Abc\ndef]");
  EXPECT_EQ(text.candidate().count, 6U);
  EXPECT_EQ(text.candidate().strict_count, 3U);
  EXPECT_EQ(text.candidate().strict_end, RunEnd::kByte);
  EXPECT_TRUE(text.candidate().scattered);
  const Behind star(Family::kText, "Abc\n*");
  EXPECT_EQ(star.candidate().strict_count, 3U);
  EXPECT_EQ(star.candidate().strict_end, RunEnd::kByte);
}

TEST(Candidates, NeededSymbolsAreThoseOfTheDesign) {
  EXPECT_EQ(symbols_needed(Family::kText), 60U);
  EXPECT_EQ(symbols_needed(Family::kUtf16Text), 60U);
  EXPECT_EQ(symbols_needed(Family::kHex), 120U);
  EXPECT_EQ(symbols_needed(Family::kBase64At0), 81U);
  EXPECT_EQ(symbols_needed(Family::kBase64At1), 81U);
  EXPECT_EQ(symbols_needed(Family::kBase64At2), 80U);
}

TEST(Candidates, ConditionBeforeIsThatOfTheBitsOfTheC) {
  EXPECT_TRUE(fits_behind(Family::kBase64At1, 'G'));
  EXPECT_FALSE(fits_behind(Family::kBase64At1, 'A'));
  EXPECT_TRUE(fits_behind(Family::kBase64At2, 'B'));
  EXPECT_FALSE(fits_behind(Family::kBase64At2, 'C'));
  EXPECT_TRUE(fits_behind(Family::kBase64At1, '\0'));  // there is none
  EXPECT_TRUE(fits_behind(Family::kBase64At2, '\n'));
  EXPECT_FALSE(fits_behind(Family::kUtf16Base64At2, 'C'));
  EXPECT_TRUE(fits_behind(Family::kText, '\0'));
}

TEST(Candidates, EighthSpaceEndsTheRun) {
  const Behind prose(Family::kText, "a b c d e f g h i j");
  EXPECT_EQ(prose.candidate().count, 15U);
  EXPECT_TRUE(prose.broken());
  const Behind few(Family::kText, "a b c d e f g h");
  EXPECT_FALSE(few.broken());
  EXPECT_TRUE(few.candidate().scattered);
}

TEST(Candidates, LooseSymbolEndsTheStrictRunOnly) {
  const Behind text(Family::kText, "abc-def]");
  EXPECT_EQ(text.candidate().count, 7U);
  EXPECT_EQ(text.candidate().strict_count, 3U);
  EXPECT_EQ(text.candidate().strict_end, RunEnd::kByte);
}

TEST(Candidates, StarIsToldFromOtherEnds) {
  EXPECT_EQ(Behind(Family::kText, "abc*").candidate().strict_end,
            RunEnd::kStar);
  EXPECT_EQ(Behind(Family::kHex, "61622a").candidate().strict_end,
            RunEnd::kStar);
  EXPECT_EQ(Behind(Family::kHex, "616222").candidate().strict_end,
            RunEnd::kByte);
  EXPECT_EQ(Behind(Family::kHex, "6162z*").candidate().strict_end,
            RunEnd::kByte);
}

TEST(Candidates, Base64EndsAtSpacesAndColors) {
  EXPECT_TRUE(Behind(Family::kBase64At0, "CCCC CCC").broken());
  EXPECT_TRUE(Behind(Family::kBase64At0, "CCCC\x1b[mCCC").broken());
  EXPECT_FALSE(Behind(Family::kBase64At0, "CCCC%2BCC").broken());
}

TEST(Candidates, HexEndsAtOtherSymbols) {
  EXPECT_TRUE(Behind(Family::kHex, "616g").broken());
  EXPECT_TRUE(Behind(Family::kHex, "61\x1b[m61").broken());
  EXPECT_FALSE(Behind(Family::kHex, "616A").broken());
}

TEST(Candidates, FormIsThatOfTheFirstSymbolThatIsNotPlain) {
  EXPECT_EQ(Behind(Family::kText, "abc").form(3), Form::kPlain);
  EXPECT_EQ(Behind(Family::kText, "a%2Bb\\/c").form(5), Form::kPercent);
  EXPECT_EQ(Behind(Family::kText, "a%2Bb\\/c").form(1), Form::kPlain);
  EXPECT_EQ(Behind(Family::kText, "a\x1b[m%2B").form(2), Form::kColor);
}

/// Whatever is called hopeless must have no other verdict: the stream's
/// equivalence test shows that. Here: that it is called so at all.
TEST(Candidates, OrdinaryTextIsHopelessAndSecretsAreNot) {
  EXPECT_TRUE(Behind(Family::kText, "abc").hopeless());
  EXPECT_TRUE(Behind(Family::kText, std::string(70, 'b')).hopeless());
  EXPECT_FALSE(Behind(Family::kText, secret().substr(4)).hopeless());
  EXPECT_FALSE(Behind(Family::kText, secret().substr(4, 56) + "\n").hopeless());
  EXPECT_TRUE(Behind(Family::kHex, std::string(130, '6')).hopeless());
  EXPECT_TRUE(Behind(Family::kBase64At0, std::string(90, 'A')).hopeless());
}

TEST(Candidates, OfBase64ABadCheckOrABadFirstSymbolIsHopeless) {
  const std::string good = secret();
  std::string bad_check = good;
  bad_check.back() = 'B';
  std::string bad_first = good;
  bad_first[4 + 5] = '!';
  for (const auto& each :
       {std::pair(Family::kBase64At0, ""), std::pair(Family::kBase64At1, ":"),
        std::pair(Family::kBase64At2, "k:")}) {
    const Family family = each.first;
    const std::string before = each.second;
    const auto hopeless = [&](const std::string& text) {
      return Behind(family, behind_base64(before, family, text)).hopeless();
    };
    EXPECT_FALSE(hopeless(good)) << before;
    EXPECT_TRUE(hopeless(bad_check)) << before;
    EXPECT_TRUE(hopeless(bad_first)) << before;
    EXPECT_FALSE(hopeless(good.substr(0, good.size() - 3))) << before;
  }
}

}  // namespace
}  // namespace cflt::forms
