#include "core/forms/symbol_run.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::forms {
namespace {

const Grammar& grammar() {
  static const Grammar kGrammar(FormSet::all());
  return kGrammar;
}

/// A run over a text that begins at stream position 1000.
class TextRun {
 public:
  explicit TextRun(std::string text, Grammar::State first = Grammar::kBetween)
      : text_(std::move(text)), run_(grammar()) {
    run_.start(kAt, first);
  }

  TextRun& read(std::size_t until, std::uint32_t oldest = 0) {
    run_.read({text_.data(), text_.size()}, kAt, kAt + until, oldest);
    return *this;
  }
  TextRun& read_all() { return read(text_.size()); }

  std::string symbols() const { return {run_.symbols(0), run_.count()}; }
  const SymbolRun& operator*() const { return run_; }
  const SymbolRun* operator->() const { return &run_; }

  static constexpr std::uint64_t kAt = 1000;

 private:
  std::string text_;
  SymbolRun run_;
};

TEST(SymbolRun, DecodesWhatIsWritten) {
  TextRun run("A\\u002b%2Fb\x1b[1mC -\"");
  run.read_all();
  EXPECT_EQ(run.symbols(), "A+/bC++");
  EXPECT_TRUE(run->ended());
  EXPECT_FALSE(run->ended_by_star());
}

TEST(SymbolRun, SaysHowAndWhere) {
  TextRun run("A\\/\x1b[mB");
  run.read_all();
  EXPECT_TRUE(run->how(0).plain());
  EXPECT_TRUE(run->how(1).has_any(How::written(Form::kJson)));
  EXPECT_TRUE(run->how(2).has_any(How::written(Form::kColor)));
  EXPECT_EQ(run->end(0), TextRun::kAt + 1);
  EXPECT_EQ(run->end(1), TextRun::kAt + 3);
  EXPECT_EQ(run->end(2), TextRun::kAt + 7);
}

TEST(SymbolRun, GoesOnInTheMiddleOfAnEscape) {
  TextRun run("A%25");
  for (std::size_t i = 1; i <= 4; ++i) run.read(i);
  EXPECT_EQ(run.symbols(), "A");
  TextRun whole("A%252BC");
  for (std::size_t i = 1; i <= 7; ++i) whole.read(i);
  EXPECT_EQ(whole.symbols(), "A+C");
}

TEST(SymbolRun, StarBetweenSymbolsIsTold) {
  TextRun star("AB*");
  EXPECT_TRUE(star.read_all()->ended_by_star());
  TextRun inside("AB%*");
  EXPECT_FALSE(inside.read_all()->ended_by_star());
  EXPECT_TRUE(inside->ended());
}

TEST(SymbolRun, ReadsUtf16) {
  TextRun run(std::string("\0A\0-\0B\0\n", 8), Grammar::kUtf16Nul);
  run.read_all();
  EXPECT_EQ(run.symbols(), "A+B");
  EXPECT_TRUE(run->how(1).has_any(How::loose()));
  EXPECT_TRUE(run->ended());
}

TEST(SymbolRun, ValuesAreThoseOfTheSymbols) {
  TextRun run("AZaz09+%2F");
  run.read_all();
  const std::uint8_t expected[] = {0, 25, 26, 51, 52, 61, 62, 63};
  for (std::uint32_t i = 0; i < 8; ++i) {
    EXPECT_EQ(*run->values(i), expected[i]);
  }
}

TEST(SymbolRun, FindsTheFirstWrittenInAWay) {
  TextRun run("ABCDEFGHIJK-L_M\n");
  run.read_all();
  EXPECT_EQ(run->find(How::loose(), 0, 15), 11U);
  EXPECT_EQ(run->find(How::loose(), 12, 15), 13U);
  EXPECT_EQ(run->find(How::loose(), 0, 11), 11U);
}

TEST(SymbolRun, IndexOfFindsTheSymbolAtAPosition) {
  TextRun run("AB%2BCD\n");
  run.read_all();
  EXPECT_EQ(run->index_of(TextRun::kAt + 5, 1), 3U);  // behind A, B, %2B
}

/// The run forgets what it is told to, and keeps its indices.
TEST(SymbolRun, LongRunsKeepWhatIsNeeded) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>('A' + i % 26);
  TextRun run(text);
  std::uint32_t oldest = 0;
  while (run->count() < text.size()) {
    run.read(text.size(), oldest);
    oldest = run->count() - 100;
    EXPECT_EQ(*run->symbols(oldest), text[oldest]);
    EXPECT_EQ(*run->values(oldest), oldest % 26);
    EXPECT_EQ(run->end(oldest), TextRun::kAt + oldest + 1);
  }
}

}  // namespace
}  // namespace cflt::forms
