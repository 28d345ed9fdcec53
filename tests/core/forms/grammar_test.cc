#include "core/forms/grammar.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::forms {
namespace {

/// What a text says: one symbol, a line end, "?" where it goes on, "!" where it
/// ends the run.
std::string read_one(std::string_view written,
                     Grammar::State state = Grammar::kBetween) {
  for (std::size_t i = 0; i < written.size(); ++i) {
    const auto step = Grammar::instance().step(state, written[i]);
    if (step.next == Grammar::kEnded) return "!";
    if (step.event == Grammar::Event::kLineEnd) {
      EXPECT_EQ(i + 1, written.size()) << written;
      return "line end";
    }
    if (step.symbol != 0) {
      EXPECT_EQ(i + 1, written.size()) << written;
      return {step.symbol};
    }
    state = step.next;
  }
  return "?";
}

TEST(Grammar, ReadsEverySpelling) {
  for (const char* plus : {"+",
                           "-",
                           " ",
                           "\\u002b",
                           "\\u002B",
                           "\\\\\\u002b",
                           "\\x2b",
                           "\\\\x2B",
                           "%2b",
                           "%2B",
                           "%252b",
                           "%252B",
                           "%25252525252B",
                           "&#43;",
                           "&#x2b;",
                           "&#x2B;",
                           "&#X002b;",
                           "&#0043;",
                           "&plus;",
                           "&amp;plus;",
                           "&amp;amp;#43;",
                           "\\+",
                           "\\\\+",
                           "\\x5C+",
                           "\\u005c\\x2B"}) {
    EXPECT_EQ(read_one(plus), "+") << plus;
  }
  for (const char* slash :
       {"/",       "_",          "\\/",    "\\\\/",    "\\\\\\\\/",
        "\\u002f", "\\u002F",    "\\x2f",  "%2f",      "%2F",
        "%252f",   "%252F",      "&#47;",  "&#x2f;",   "&#x2F;",
        "&sol;",   "&amp;#x2F;", "\\x5c/", "\\x5C\\/", "\\u005C/"}) {
    EXPECT_EQ(read_one(slash), "/") << slash;
  }
  for (const char* letter : {"a", "Z", "0"}) {
    EXPECT_EQ(read_one(letter), letter);
  }
}

TEST(Grammar, EndsAtWhatIsNoSymbol) {
  for (const char* other :
       {"*",      "\t",    "\\\"",     "\\u003d",   "\\U002b", "\\X2b",
        "%3D",    "%25 ",  "%253D",    "&amp ",     "&#44;",   "&#x2b ",
        "&Plus;", "\\x5d", "\x1b]",    "\x1b[1;2H", "\xc3",    "'x",
        "'\"",    "'\n x", "'\n  b\"", "=x",        "= \n"}) {
    EXPECT_EQ(read_one(other), "!") << other;
  }
}

TEST(Grammar, GoesOnInsideAnEscape) {
  for (const char* half :
       {"\\", "\\\\", "\\u", "\\u00", "%", "%25", "&#x2", "\x1b[", "\x1b[1;",
        "\x1b[m", "=", "'", "\"  ", "'\n\t", "'\\n b", "&amp;", "\\x5C"}) {
    EXPECT_EQ(read_one(half), "?") << half;
  }
}

TEST(Grammar, ReadsEveryLineEnd) {
  for (const char* end :
       {"\n", "\r", "\\n", "\\r", "\\\\n", "\\x5Cn", "=\n", "=\r", "'\n'",
        "'  \r\n  b'", "\"\n\t\"", "\"\\n  u\"", "'\\\\n\\t\\n'"}) {
    EXPECT_EQ(read_one(end), "line end") << end;
  }
}

TEST(Grammar, BlanksBehindALineEndMeanNothing) {
  for (const char* blanks : {" ", "\t", "\n", "\r", "  \r\n\t "}) {
    EXPECT_EQ(read_one(blanks, Grammar::kIndented), "?") << blanks;
  }
  EXPECT_EQ(read_one("\\/", Grammar::kIndented), "/");
}

TEST(Grammar, KnowsWhatBytesCanLeadTo) {
  const Grammar& grammar = Grammar::instance();
  const auto behind = [&](char byte) {
    return grammar.step(Grammar::kBetween, byte).next;
  };
  const How percent = How::written(Form::kPercent);
  EXPECT_TRUE(grammar.leads_to(percent, behind('%')));
  EXPECT_FALSE(grammar.leads_to(percent, behind('&')));
  EXPECT_TRUE(grammar.leads_to(percent, behind('A')));
  EXPECT_FALSE(grammar.leads_to(percent, behind('*')));
  EXPECT_TRUE(grammar.leads_to(How::written(Form::kWrapped), behind('=')));
}

TEST(How, IsASetOfWays) {
  const How both = How::written(Form::kJson) | How::written(Form::kColor);
  EXPECT_TRUE(both.has_any(How::written(Form::kColor)));
  EXPECT_FALSE(both.has_any(How::written(Form::kHtml)));
  EXPECT_TRUE(both.has_other_than(How::written(Form::kJson)));
  EXPECT_FALSE(both.has_other_than(both));
  EXPECT_TRUE(How().plain());
  EXPECT_FALSE(both.plain());
}

TEST(How, AllOfJoinsAnyCount) {
  std::array<How, 40> hows{};
  for (std::size_t count = 0; count < 30; ++count) {
    hows.fill(How());
    EXPECT_TRUE(How::all_of(hows.data(), count).plain());
    hows[count] = How::written(Form::kHtml);  // behind them: not theirs
    EXPECT_TRUE(How::all_of(hows.data(), count).plain());
    EXPECT_FALSE(How::all_of(hows.data(), count + 1).plain());
  }
}

}  // namespace
}  // namespace cflt::forms
