#include "core/forms/symbol_run.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::forms {
namespace {

/// A run over a text that begins at stream position 1000.
class TextRun {
 public:
  explicit TextRun(std::string text, Coding coding = Coding::kBytes,
                   Base base = Base::kDecimal)
      : text_(std::move(text)), run_(coding) {
    run_.start(kAt, base);
  }

  TextRun& read(std::size_t until, std::uint32_t oldest = 0) {
    run_.read({text_.data(), text_.size()}, kAt, kAt + until, oldest);
    return *this;
  }
  TextRun& read_all() { return read(text_.size()); }

  void finish() { run_.finish(); }

  std::string symbols() const { return {run_.symbols(0), run_.count()}; }
  const SymbolRun& operator*() const { return run_; }
  const SymbolRun* operator->() const { return &run_; }

  static constexpr std::uint64_t kAt = 1000;

 private:
  std::string text_;
  SymbolRun run_;
};

TEST(SymbolRun, DecodesWhatIsWritten) {
  TextRun run("A\\u002b%2Fb\x1b[1mC -]");
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
  TextRun run(std::string("\0A\0%\0002\0B\0-\0C\0]", 14), Coding::kUtf16);
  for (std::size_t i = 1; i <= 14; ++i) run.read(i);
  EXPECT_EQ(run.symbols(), "A++C");
  EXPECT_TRUE(run->how(1).has_any(How::written(Form::kPercent)));
  EXPECT_TRUE(run->how(2).has_any(How::loose()));
  EXPECT_EQ(run->end(1), TextRun::kAt + 8);
  EXPECT_TRUE(run->ended());
  TextRun bytes(std::string("\0AB", 3), Coding::kUtf16);
  EXPECT_TRUE(bytes.read_all()->ended());
}

TEST(SymbolRun, ReadsListsOfNumbers) {
  TextRun list("102,108, 116\n  65;43]", Coding::kNumbers);
  list.read_all();
  EXPECT_EQ(list.symbols(), "fltA+");
  EXPECT_EQ(list->end(2), TextRun::kAt + 12);
  EXPECT_TRUE(list->ended());
  TextRun hex("66 0x6C-\\x74,4100", Coding::kNumbers, Base::kHex);
  hex.read_all();
  EXPECT_EQ(hex.symbols(), "flt");
  EXPECT_TRUE(hex->ended());
}

/// It could be longer, as long as something can follow.
TEST(SymbolRun, TheLastNumberIsReadWhereTheStreamEnds) {
  TextRun list("65,66", Coding::kNumbers);
  list.read_all();
  EXPECT_EQ(list.symbols(), "A");
  list.finish();
  EXPECT_EQ(list.symbols(), "AB");
}

TEST(SymbolRun, StarOfAListIsANumber) {
  TextRun star("65,42,42", Coding::kNumbers);
  EXPECT_TRUE(star.read_all()->ended_by_star());
  TextRun byte("65,66*", Coding::kNumbers);
  EXPECT_FALSE(byte.read_all()->ended_by_star());
}

TEST(SymbolRun, LineBreaksStandInFrontOfASymbol) {
  TextRun run("AB\r\n  CD \n E'\n b'F\\n\\tG");
  for (std::size_t i = 1; i <= 26; ++i) run.read(i);
  run.read_all();
  EXPECT_EQ(run.symbols(), "ABCDEFG");
  const How wrapped = How::written(Form::kWrapped);
  for (std::uint32_t i = 0; i < 7; ++i) {
    EXPECT_EQ(run->how(i).has_any(wrapped), i == 2 || i >= 4) << i;
  }
}

TEST(SymbolRun, SpacesAreSymbolsUnlessALineEndFollows) {
  TextRun symbols("A  B");
  EXPECT_EQ(symbols.read_all()->count(), 4U);
  TextRun padding("A                \x1b[0m  \nB");
  padding.read_all();
  EXPECT_EQ(padding.symbols(), "AB");
  EXPECT_TRUE(padding->how(1).has_any(How::written(Form::kColor)));
  TextRun unknown("A  ");
  unknown.read_all();
  EXPECT_EQ(unknown.symbols(), "A");
  EXPECT_TRUE(unknown->is_loose_ahead());
  TextRun many("A        B");
  many.read_all();
  EXPECT_TRUE(many->ended());
}

TEST(SymbolRun, TellsABreakThatHasBegun) {
  for (const char* text : {"A\n", "A  \n ", "A=", "A'", "A\"\n  "}) {
    TextRun run(text);
    EXPECT_TRUE(run.read_all()->is_break_ahead()) << text;
  }
  for (const char* text : {"A", "A ", "A\\", "A\x1b[m"}) {
    TextRun run(text);
    EXPECT_FALSE(run.read_all()->is_break_ahead()) << text;
  }
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
  TextRun run("ABCDEFGHIJK-L_M]");
  run.read_all();
  EXPECT_EQ(run->find(How::loose(), 0, 15), 11U);
  EXPECT_EQ(run->find(How::loose(), 12, 15), 13U);
  EXPECT_EQ(run->find(How::loose(), 0, 11), 11U);
}

TEST(SymbolRun, IndexBehindFindsTheSymbolAtAPosition) {
  TextRun run("AB%2BCD]");
  run.read_all();
  EXPECT_EQ(run->index_behind(TextRun::kAt + 5, 1), 3U);  // behind A, B, %2B
  EXPECT_EQ(run->index_behind(TextRun::kAt + 7, 1), 5U);
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
