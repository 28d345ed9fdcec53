#include "core/forms/grammar.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::forms {
namespace {

/// What a text says: one symbol with its form, "?" where it goes on, "!" where
/// it ends the run.
std::string read_one(const Grammar& grammar, std::string_view written) {
  Grammar::State state = Grammar::kBetween;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const auto step = grammar.step(state, written[i]);
    if (step.next == Grammar::kEnded) return "!";
    if (step.symbol != 0) {
      EXPECT_EQ(i + 1, written.size()) << written;
      return {step.symbol};
    }
    state = step.next;
  }
  return "?";
}

TEST(Grammar, ReadsEverySpelling) {
  const Grammar grammar(FormSet::all());
  for (const char* plus :
       {"+", "-", " ", "\\u002b", "\\u002B", "\\\\\\u002b", "\\x2b", "\\\\x2B",
        "%2b", "%2B", "%252b", "%252B", "&#43;", "&#x2b;", "&#x2B;"}) {
    EXPECT_EQ(read_one(grammar, plus), "+") << plus;
  }
  for (const char* slash :
       {"/", "_", "\\/", "\\\\/", "\\\\\\\\/", "\\u002f", "\\u002F", "\\x2f",
        "%2f", "%2F", "%252f", "%252F", "&#47;", "&#x2f;", "&#x2F;"}) {
    EXPECT_EQ(read_one(grammar, slash), "/") << slash;
  }
  for (const char* letter : {"a", "Z", "0"}) {
    EXPECT_EQ(read_one(grammar, letter), letter);
  }
}

TEST(Grammar, EndsAtWhatIsNoSymbol) {
  const Grammar grammar(FormSet::all());
  for (const char* other :
       {"*", "\n", "\"", "\\n", "\\u003d", "\\U002b", "\\X2b", "%3D", "%25 ",
        "%253D", "&amp;", "&#44;", "&#x2b ", "\x1b]", "\x1b[1;2H", "\xc3"}) {
    EXPECT_EQ(read_one(grammar, other), "!") << other;
  }
}

TEST(Grammar, GoesOnInsideAnEscape) {
  const Grammar grammar(FormSet::all());
  for (const char* half : {"\\", "\\\\", "\\u", "\\u00", "%", "%25", "&#x2",
                           "\x1b[", "\x1b[1;", "\x1b[m"}) {
    EXPECT_EQ(read_one(grammar, half), "?") << half;
  }
}

TEST(Grammar, FormsNotChosenEndTheRun) {
  const Grammar plain(FormSet().add(Form::kPlain));
  for (const char* other : {"-", "_", " ", "\\/", "%2B", "&#43;", "\x1b[m"}) {
    EXPECT_EQ(read_one(plain, other), "!") << other;
  }
  const Grammar json(FormSet().add(Form::kJson));
  EXPECT_EQ(read_one(json, "\\/"), "/");
  EXPECT_EQ(read_one(json, "\\u002f"), "!");
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
