#include "core/forms/inner_run.h"

#include <gtest/gtest.h>

#include <string>

#include "core/canary/canary.h"

namespace cflt::forms {
namespace {

const How kInside = How::any_of(written_inside_base64(FormSet::all()));
const How kWritten = How::any_of(written_in_base64(FormSet::all()));

/// Outer symbols, as they come.
class Outer {
 public:
  explicit Outer(std::string text) : text_(std::move(text)) { run_.start(0); }

  Outer& read(std::size_t until) {
    run_.read({text_.data(), text_.size()}, 0, until, 0);
    return *this;
  }
  Outer& read_all() { return read(text_.size()); }
  const SymbolRun& operator*() const { return run_; }
  Reading reading(std::uint32_t first) const {
    return {run_, first, run_.count() - first,
            run_.ended() ? RunEnd::kByte : RunEnd::kCut};
  }

 private:
  std::string text_;
  SymbolRun run_{Coding::kBytes};
};

/// Base64 that begins with a whole group.
Outer base64(const std::string& text) { return Outer(canary::to_base64(text)); }

constexpr InnerText at_byte(std::uint32_t byte) { return {6, 8 * byte}; }

std::string symbols_of(const Reading& reading) {
  return {reading.run.symbols(reading.first), reading.count};
}

TEST(InnerRun, ReadsWhatTheSymbolsDecodeTo) {
  Outer outer("QS9iXC9jJTJCZA");  // A/b\/c%2Bd
  outer.read_all();
  InnerRun inner;
  inner.enter(at_byte(0));
  inner.read(*outer, kWritten);
  EXPECT_EQ(symbols_of(inner.reading(outer.reading(0), kWritten)), "A/b/c+d");
  EXPECT_EQ(inner.bytes_of(3), 3U);
  EXPECT_EQ(inner.bytes_of(4), 5U);
  EXPECT_EQ(inner.outer_symbols_of(4), 7U);  // 40 bits
  EXPECT_TRUE(inner.is_unfinished(kInside));
}

TEST(InnerRun, GoesOnWhereTheOuterRunDoes) {
  Outer outer("QS9iXC9jJTJCZA");
  InnerRun inner;
  inner.enter(at_byte(0));
  for (std::size_t until = 1; until <= 14; ++until) {
    inner.read(*outer.read(until), kWritten);
  }
  EXPECT_EQ(symbols_of(inner.reading(outer.reading(0), kWritten)), "A/b/c+d");
}

TEST(InnerRun, HoldsTextsOfItsAlignmentThatItHasReachedAndNoOther) {
  Outer outer("QWJjZGVmZ2hpamts");  // Abcdefghijkl
  InnerRun inner;
  EXPECT_FALSE(inner.holds(at_byte(0)));
  inner.enter(at_byte(0));
  inner.read(*outer.read(8), kWritten);
  EXPECT_TRUE(inner.holds(at_byte(6)));
  EXPECT_FALSE(inner.holds(at_byte(7)));
  EXPECT_FALSE(inner.holds({6, 8 * 3 + 2}));
  EXPECT_FALSE(inner.holds({4, 8 * 3}));
  inner.enter(at_byte(3));
  inner.read(*outer.read_all(), kWritten);
  EXPECT_EQ(symbols_of(inner.reading(outer.reading(4), kWritten)), "defghijkl");
  inner.forget();
  EXPECT_FALSE(inner.holds(at_byte(3)));
}

TEST(InnerRun, EachAlignmentReadsItsOwnBytes) {
  const std::string text = "Abcdefghijkl";
  for (std::uint32_t before = 0; before < 3; ++before) {
    Outer outer = base64(std::string(before, '.') + text);
    outer.read_all();
    InnerRun inner;
    inner.enter({6, 8 * (before + 1)});
    inner.read(*outer, kWritten);
    EXPECT_EQ(symbols_of(inner.reading(outer.reading(4), kWritten)),
              text.substr(1));
  }
  Outer outer("x4162632F");
  outer.read_all();
  InnerRun inner;
  inner.enter({4, 4});
  inner.read(*outer, How());
  EXPECT_EQ(symbols_of(inner.reading(outer.reading(1), How())), "Abc/");
}

TEST(InnerRun, EndsAtAnOuterSymbolThatIsNotRead) {
  Outer spaced("QWJjZGVm Z2hpamts");
  spaced.read_all();
  InnerRun inner;
  inner.enter(at_byte(0));
  inner.read(*spaced, kWritten);
  const Reading reading = inner.reading(spaced.reading(0), kWritten);
  EXPECT_EQ(symbols_of(reading), "Abcdef");
  EXPECT_EQ(reading.end, RunEnd::kByte);
  EXPECT_FALSE(inner.is_unfinished(kInside));
  Outer no_hex("41626x63");
  no_hex.read_all();
  inner.forget();
  inner.enter({4, 0});
  inner.read(*no_hex, How());
  EXPECT_EQ(symbols_of(inner.reading(no_hex.reading(0), How())), "Ab");
}

TEST(InnerRun, StarsAreToldFromOtherEnds) {
  for (const auto& [text, end] :
       {std::pair("Abc*", RunEnd::kStar), std::pair("Abc!", RunEnd::kByte)}) {
    Outer outer = base64(text);
    outer.read_all();
    InnerRun inner;
    inner.enter(at_byte(0));
    inner.read(*outer, kWritten);
    EXPECT_EQ(inner.reading(outer.reading(0), kWritten).end, end);
  }
}

TEST(InnerRun, ALooseOuterSymbolEndsTheStrictOnes) {
  Outer outer("QWJj-GVm");  // the fourth byte is in the fifth symbol
  outer.read_all();
  InnerRun inner;
  inner.enter(at_byte(0));
  inner.read(*outer, kWritten);
  EXPECT_EQ(inner.strict_count(outer.reading(0), 99), 3U);
  Outer strict("QWJjZGVm");
  strict.read_all();
  inner.forget();
  inner.enter(at_byte(0));
  inner.read(*strict, kWritten);
  EXPECT_EQ(inner.strict_count(strict.reading(0), 99), 99U);
}

}  // namespace
}  // namespace cflt::forms
