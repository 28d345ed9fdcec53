#include "core/forms/candidates.h"

#include <gtest/gtest.h>

#include <string>

#include "core/canary/canary.h"

namespace cflt::forms {
namespace {

/// The bytes behind an anchor, read as a candidate.
class Behind {
 public:
  Behind(Family family, std::string text)
      : family_(family),
        text_(std::move(text)),
        grammar_(FormSet::all()),
        run_(grammar_) {
    run_.start(
        0, family == Family::kUtf16 ? Grammar::kUtf16Nul : Grammar::kBetween);
    run_.read({text_.data(), text_.size()}, 0, text_.size(), 0);
    forms::read(family_, ways_, reading(), candidate_);
  }

  Reading reading() const {
    const auto count = std::min(run_.count(), symbols_needed(family_));
    const RunEnd end = run_.ended_by_star() ? RunEnd::kStar
                       : run_.ended()       ? RunEnd::kByte
                                            : RunEnd::kCut;
    return {run_, 0, count, end};
  }
  std::string symbols() const { return {candidate_.symbols, candidate_.count}; }
  const Candidate& candidate() const { return candidate_; }
  bool broken() const { return is_broken(family_, ways_, reading()); }
  bool hopeless() const { return is_hopeless(family_, ways_, reading()); }
  Form form(std::uint32_t count) const {
    return form_of(family_, reading(), count);
  }

 private:
  Family family_;
  std::string text_;
  Grammar grammar_;
  Ways ways_{FormSet::all()};
  SymbolRun run_;
  Candidate candidate_;
};

std::string secret() { return canary::Canaries(5).next_secret(); }

/// What stands behind the base64 anchor in base64 of `before` + `after`.
std::string behind_base64(const std::string& before, Family family,
                          const std::string& after = secret()) {
  const std::string text = canary::to_base64(before + after);
  const auto anchor = scan::literal(family);
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
  EXPECT_EQ(
      Behind(Family::kHexLower, canary::write_symbols(symbols, Form::kHex))
          .symbols(),
      symbols);
  const std::string utf16 = canary::write_symbols(symbols, Form::kUtf16);
  EXPECT_EQ(Behind(Family::kUtf16, std::string(1, '\0') + utf16).symbols(),
            symbols);
}

TEST(Candidates, NeededSymbolsAreThoseOfTheDesign) {
  EXPECT_EQ(symbols_needed(Family::kText), 60U);
  EXPECT_EQ(symbols_needed(Family::kUtf16), 60U);
  EXPECT_EQ(symbols_needed(Family::kHexUpper), 120U);
  EXPECT_EQ(symbols_needed(Family::kBase64At0), 81U);
  EXPECT_EQ(symbols_needed(Family::kBase64At1), 81U);
  EXPECT_EQ(symbols_needed(Family::kBase64At2), 80U);
}

TEST(Candidates, ConditionBeforeIsThatOfTheBitsOfTheC) {
  EXPECT_TRUE(fits_behind(Family::kBase64At1, 'G'));
  EXPECT_FALSE(fits_behind(Family::kBase64At1, 'A'));
  EXPECT_TRUE(fits_behind(Family::kBase64At2, 'B'));
  EXPECT_FALSE(fits_behind(Family::kBase64At2, 'C'));
  EXPECT_FALSE(fits_behind(Family::kBase64At1, '\0'));
  EXPECT_TRUE(fits_behind(Family::kText, '\0'));
}

TEST(Candidates, EighthSpaceEndsTheRun) {
  const Behind prose(Family::kText, "a b c d e f g h i j");
  EXPECT_EQ(prose.candidate().count, 15U);
  EXPECT_TRUE(prose.broken());
  const Behind few(Family::kText, "a b c d e f g h");
  EXPECT_FALSE(few.broken());
  EXPECT_TRUE(few.candidate().spaced);
}

TEST(Candidates, LooseSymbolEndsTheStrictRunOnly) {
  const Behind text(Family::kText, "abc-def\n");
  EXPECT_EQ(text.candidate().count, 7U);
  EXPECT_EQ(text.candidate().strict_count, 3U);
  EXPECT_EQ(text.candidate().strict_end, RunEnd::kByte);
}

TEST(Candidates, StarIsToldFromOtherEnds) {
  EXPECT_EQ(Behind(Family::kText, "abc*").candidate().strict_end,
            RunEnd::kStar);
  EXPECT_EQ(Behind(Family::kHexLower, "61622a").candidate().strict_end,
            RunEnd::kStar);
  EXPECT_EQ(Behind(Family::kHexLower, "616222").candidate().strict_end,
            RunEnd::kByte);
  EXPECT_EQ(Behind(Family::kHexLower, "6162z*").candidate().strict_end,
            RunEnd::kByte);
}

TEST(Candidates, Base64EndsAtSpacesAndColors) {
  EXPECT_TRUE(Behind(Family::kBase64At0, "CCCC CCC").broken());
  EXPECT_TRUE(Behind(Family::kBase64At0, "CCCC\x1b[mCCC").broken());
  EXPECT_FALSE(Behind(Family::kBase64At0, "CCCC%2BCC").broken());
}

TEST(Candidates, HexEndsAtOtherSymbols) {
  EXPECT_TRUE(Behind(Family::kHexLower, "616g").broken());
  EXPECT_TRUE(Behind(Family::kHexLower, "61\x1b[m61").broken());
  EXPECT_FALSE(Behind(Family::kHexLower, "616A").broken());
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
  EXPECT_TRUE(Behind(Family::kHexLower, std::string(130, '6')).hopeless());
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
