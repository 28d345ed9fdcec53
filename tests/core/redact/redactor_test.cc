#include "core/redact/redactor.h"

#include <gtest/gtest.h>

#include <string>

namespace cflt::redact {
namespace {

using scan::Family;

class RedactorTest : public testing::Test {
 protected:
  void begin(const std::string& window, std::uint64_t position = 0) {
    window_ = window;
    redactor_.begin({window_.data(), window_.size()}, position);
  }
  void replace(std::uint64_t from, std::uint64_t to) {
    redactor_.replace({Family::kText, from - 4, from, to, 60, 'A'});
  }
  std::string output() {
    std::string output;
    for (const auto& piece : redactor_.pieces()) {
      output.append(piece.bytes().data(), piece.bytes().size());
    }
    return output;
  }
  std::string window_;
  Redactor redactor_;
};

TEST_F(RedactorTest, CleanBytesAreOnePieceOfTheWindowItself) {
  begin("clean");
  redactor_.release(5);
  ASSERT_EQ(redactor_.pieces().size(), 1U);
  EXPECT_EQ(redactor_.pieces()[0].bytes().data(), window_.data());
  EXPECT_EQ(output(), "clean");
}

TEST_F(RedactorTest, ReplacesBetweenCleanBytes) {
  begin("..cfltSECRET--");
  replace(6, 12);
  redactor_.release(14);
  EXPECT_EQ(output(), "..cflt****--");
}

TEST_F(RedactorTest, NothingLeavesThatIsNotReleased) {
  begin("..cfltSECRET--");
  redactor_.release(6);
  EXPECT_EQ(output(), "..cflt");
  EXPECT_EQ(redactor_.decided(), 6U);
}

TEST_F(RedactorTest, OverlapIsOneMask) {
  begin("cfltABcfltCDEF--");
  replace(4, 12);
  replace(10, 14);
  redactor_.release(16);
  EXPECT_EQ(output(), "cflt****--");
}

TEST_F(RedactorTest, SpanInsideAnotherChangesNothing) {
  begin("cfltABcfltCDEF--");
  replace(4, 14);
  replace(10, 12);
  redactor_.release(16);
  EXPECT_EQ(output(), "cflt****--");
}

TEST_F(RedactorTest, AnchorAcrossTheEndOfASpanGetsItsOwnMask) {
  begin("cfltABcfltCDEF--");
  replace(4, 8);
  replace(10, 14);
  redactor_.release(16);
  EXPECT_EQ(output(), "cflt****lt****--");
}

TEST_F(RedactorTest, ColorsInTheSpanAreKeptBehindTheMask) {
  begin("cfltA\x1b[1mB\x1b[KC--");
  replace(4, 14);
  redactor_.release(16);
  EXPECT_EQ(output(), "cflt****\x1b[1m\x1b[K--");
}

TEST_F(RedactorTest, ColorsInAnAddedPartAreKeptToo) {
  begin("cfltABcfltC\x1b[mD--");
  replace(4, 11);
  replace(10, 15);
  redactor_.release(17);
  EXPECT_EQ(output(), "cflt****\x1b[m--");
}

TEST_F(RedactorTest, SpansGoOnInTheNextWindow) {
  begin("..cflt");
  redactor_.release(6);
  EXPECT_EQ(output(), "..cflt");
  begin("SECRET--", 6);
  replace(6, 12);
  redactor_.release(14);
  EXPECT_EQ(output(), "****--");
}

}  // namespace
}  // namespace cflt::redact
