#include "core/framing/framer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/framing/counts.h"
#include "core/framing/lines.h"

namespace cflt::framing {
namespace {

Bytes view(const std::string& text) { return {text.data(), text.size()}; }

/// The payloads of all complete frames, `_` for what is skipped, and then `...`
/// for a partial one, `!` for a bad count or `?` for another protocol.
std::string frames(Framing framing, const std::string& bytes,
                   bool is_syslog = false) {
  Framer framer(framing, is_syslog);
  std::string found;
  for (std::size_t at = 0; at < bytes.size();) {
    const Frame frame = framer.next(view(bytes).slice(at, bytes.size()));
    if (frame.kind == Frame::Kind::kPartial) return found + "...";
    if (frame.kind == Frame::Kind::kBadCount) return found + "!";
    if (frame.kind == Frame::Kind::kForeign) return found + "?";
    found += frame.kind == Frame::Kind::kSkipped
                 ? std::string(frame.skipped, '_')
                 : bytes.substr(at + frame.payload_at,
                                frame.payload_end - frame.payload_at) +
                       "|";
    at += frame.end;
  }
  return found;
}

TEST(Framer, NewlinesEndRecordsAndCarriageReturnsAreKept) {
  EXPECT_EQ(frames(Framing::kNewline, "a\r\n\nb\n"), "a\r||b|");
}

TEST(Framer, NulsEndRecordsAndNewlinesAreKept) {
  EXPECT_EQ(frames(Framing::kNul, std::string("a\nb\0c\0", 6)), "a\nb|c|");
}

TEST(Framer, CountedFramesLoseOneTerminator) {
  EXPECT_EQ(frames(Framing::kOctetCounting, "2 a\n3 b\n\n1 \n1 c"),
            "a|b\n||c|");
}

TEST(Framer, LinesOfASyslogSourceEndAtLfOrNul) {
  EXPECT_EQ(frames(Framing::kSyslogNewline, std::string("a\nb\0c\n", 6)),
            "a|b|c|");
}

TEST(Framer, LfBehindNulBelongsToTheSameEnd) {
  EXPECT_EQ(frames(Framing::kSyslogNewline, std::string("a\0\nb\0\n\n", 7)),
            "a|b||");
  Framer framer(Framing::kSyslogNewline);
  EXPECT_EQ(framer.next(view(std::string("a\0", 2))).end, 2U);
  const Frame rest = framer.next(view("\nb\n"));
  EXPECT_EQ(rest.kind, Frame::Kind::kSkipped);
  EXPECT_EQ(rest.end, 1U);
  EXPECT_EQ(rest.skipped, 0U);
}

TEST(Framer, SeparatorsBetweenCountedFramesAreSkipped) {
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 a\n1 b\n\n1 c"), "a|_b|__c|");
  EXPECT_EQ(frames(Framing::kOctetCounting, std::string("1 a\0001 b", 7)),
            "a|_b|");
  EXPECT_EQ(frames(Framing::kOctetCounting,
                   "\xEF\xBB\xBF"
                   "1 a"),
            "___a|");
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 a\xEF\xBB"), "a|...");
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 a\xEF\xBBx"), "a|!");
}

TEST(Framer, LineStandsBetweenCountedFramesWhereItBegins) {
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 a<1>b c\n1 d"), "a|<1>b c|d|");
  EXPECT_EQ(frames(Framing::kOctetCounting, std::string("<1>a\0003 <2>", 10)),
            "<1>a|<2>|");
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 a<1>b 1 c"), "a|...");
}

TEST(Framer, AnotherProtocolIsRecognisedAtTheFrontOfASyslogStream) {
  for (const std::string bytes : {"\x16\x03\x01", "PROXY TCP4 1.2.3.4",
                                  "PROXY TCP6 ::1", "PROXY UNKNOWN\r\n"}) {
    EXPECT_EQ(frames(Framing::kAuto, bytes, true), "?") << bytes;
    EXPECT_EQ(frames(Framing::kNul, bytes, true), "?") << bytes;
    EXPECT_EQ(frames(Framing::kSyslogNewline, "a\n" + bytes, true)[0], 'a');
    EXPECT_NE(frames(Framing::kNewline, bytes), "?") << bytes;
  }
  const std::string version_2("\r\n\r\n\0\r\nQUIT\n", 12);
  EXPECT_EQ(frames(Framing::kAuto, version_2, true), "?");
  for (std::size_t size = 1; size < version_2.size(); ++size) {
    Framer framer(Framing::kAuto, true);
    EXPECT_EQ(framer.next(view(version_2.substr(0, size))).kind,
              Frame::Kind::kPartial);
  }
}

TEST(Framer, WhatOnlyBeginsLikeAnotherProtocolIsLines) {
  EXPECT_EQ(frames(Framing::kAuto, "PROXY TCP5 \n", true), "PROXY TCP5 |");
  EXPECT_EQ(frames(Framing::kAuto, "\r\n\r\n\r\n", true), "\r|\r|\r|");
  EXPECT_EQ(frames(Framing::kAuto, "GET / HTTP/1.1\r\n", true),
            "GET / HTTP/1.1\r|");
}

TEST(Framer, WhatNobodyWaitsForIsALine) {
  Framer framer(Framing::kAuto, true);
  EXPECT_EQ(framer.next(view("12 ")).kind, Frame::Kind::kPartial);
  EXPECT_FALSE(framer.waits_for_count());
  framer.settle();
  EXPECT_EQ(framer.framing(), Framing::kSyslogNewline);
}

TEST(Framer, SaysThatACountIsWaitedFor) {
  Framer framer(Framing::kOctetCounting);
  framer.next(view("12"));
  EXPECT_TRUE(framer.waits_for_count());
  framer.next(view("<1>"));
  EXPECT_FALSE(framer.waits_for_count());
}

TEST(Framer, CountsAreNineDigitsWithoutALeadingZero) {
  EXPECT_EQ(frames(Framing::kOctetCounting, "01 a"), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, "0 "), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, "-1 a"), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, "1a"), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, " a"), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, "999999999 a"), "...");
  EXPECT_EQ(frames(Framing::kOctetCounting, "1000000000"), "!");
  EXPECT_EQ(frames(Framing::kOctetCounting, std::string(40, '9')), "!");
}

TEST(Framer, ABadCountBehindGoodFramesIsBad) {
  EXPECT_EQ(frames(Framing::kOctetCounting, "1 ax2 bc"), "a|!");
}

TEST(Framer, AutoCountsWhereACountAndALessThanBegin) {
  EXPECT_EQ(frames(Framing::kAuto, "3 <1>2 ab"), "<1>|ab|");
  EXPECT_EQ(frames(Framing::kAuto, "3 x\n3 <1>\n"), "3 x|3 <1>|");
  EXPECT_EQ(frames(Framing::kAuto, "<1>a\n3 <2>\n"), "<1>a|3 <2>|");
  EXPECT_EQ(frames(Framing::kAuto, "0123 <1>\n"), "0123 <1>|");
}

TEST(Framer, AutoSkipsSeparatorsAtTheFront) {
  EXPECT_EQ(frames(Framing::kAuto, "\n3 <1>"), "_<1>|");
  EXPECT_EQ(frames(Framing::kAuto, std::string("\0\n<1>\n", 6)), "__<1>|");
  EXPECT_EQ(frames(Framing::kAuto, "\xEF\xBB\xBF<1>\n"), "___<1>|");
}

TEST(Framer, AutoCountsWhereAByteOrderMarkStandsBeforeTheMessage) {
  EXPECT_EQ(frames(Framing::kAuto, "6 \xEF\xBB\xBF<1>1 a"),
            "\xEF\xBB\xBF<1>|a|");
  EXPECT_EQ(frames(Framing::kAuto, "6 \xEF\xBB\xBFx1>\n"),
            "6 \xEF\xBB\xBFx1>|");
  EXPECT_EQ(frames(Framing::kAuto, "6 \xEF\xBB"), "...");
}

TEST(Framer, AutoWaitsUntilItCanTell) {
  Framer framer(Framing::kAuto);
  for (const char* bytes : {"1", "12", "12 "}) {
    EXPECT_EQ(framer.next(view(bytes)).kind, Frame::Kind::kPartial);
    EXPECT_EQ(framer.framing(), Framing::kAuto);
  }
  framer.next(view("12 <"));
  EXPECT_EQ(framer.framing(), Framing::kOctetCounting);
}

/// Lines of all lengths, some of them empty.
std::string some_lines(std::size_t size, const std::string& ends) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    bytes += i * i % 7 == 2 || i % 13 < 3 ? ends[i % ends.size()] : 'a';
  }
  return bytes;
}

/// At every size around the 64 bytes that are looked at at a time.
TEST(SplitLines, FindsTheLinesThatTheFramerFinds) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string bytes = some_lines(size, "\n");
    // More terminators behind the bytes, which must not be seen.
    const std::string padded = bytes + std::string(64, '\n');
    std::vector<Range> lines;
    const std::size_t rest =
        split_lines({padded.data(), size}, 0, '\n', false, 1000, lines).rest;
    std::string found;
    for (const Range& line : lines) {
      found += padded.substr(line.at, line.size) + "|";
    }
    if (rest < size) found += "...";
    ASSERT_EQ(found, frames(Framing::kNewline, bytes)) << size;
  }
}

/// Without the empty ones, which are counted.
TEST(SplitLines, FindsTheLinesOfASyslogSourceThatTheFramerFinds) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string bytes = some_lines(size, std::string("\n\0\n", 3));
    const std::string padded = bytes + std::string(64, '\n');
    std::vector<Range> lines;
    const Lines split =
        split_syslog_lines({padded.data(), size}, 0, 1000, lines);
    std::string found;
    for (const Range& line : lines) {
      found += padded.substr(line.at, line.size) + "|";
    }
    if (split.rest < size) found += "...";
    const std::string all = frames(Framing::kSyslogNewline, bytes);
    std::string wanted;
    std::size_t empty_count = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_empty = all[i] == '|' && (i == 0 || all[i - 1] == '|');
      empty_count += is_empty ? 1 : 0;
      if (!is_empty) wanted += all[i];
    }
    ASSERT_EQ(found, wanted) << size;
    ASSERT_EQ(split.empty_count, empty_count) << size;
  }
}

TEST(SplitLines, SaysWhetherLinesLieOneBehindTheOther) {
  const std::string padding(64, 'x');
  const auto split = [&padding](const std::string& bytes) {
    std::vector<Range> lines;
    return split_syslog_lines({(bytes + padding).data(), bytes.size()}, 0, 9,
                              lines);
  };
  EXPECT_FALSE(split("a\nb\n").has_gap);
  EXPECT_FALSE(split("a\nb\n").has_nul_end);
  EXPECT_TRUE(split("a\n\nb\n").has_gap);
  EXPECT_TRUE(split(std::string("a\0b\n", 4)).has_nul_end);
  EXPECT_FALSE(split(std::string("a\0b\n", 4)).has_gap);
  EXPECT_TRUE(split(std::string("a\0\nb\n", 5)).has_gap);
}

TEST(SplitLines, FindsTheEndOfALineAtAnyPlace) {
  for (std::size_t size : {0U, 1U, 511U, 512U, 513U, 1500U}) {
    const std::string text(size, 'a');
    EXPECT_EQ(find_line_end(view(text), 0), size);
    EXPECT_EQ(find_line_end(view(text + "\n" + '\0'), 0), size);
    EXPECT_EQ(find_line_end(view(text + '\0' + "\n"), 0), size);
    EXPECT_EQ(find_line_end(view(text + "\na\n"), size + 1), size + 2);
  }
}

TEST(SplitLines, StopsBeforeALineThatIsTooLong) {
  const std::string bytes = "ab\nabcd\nab\n" + std::string(64, 'x');
  std::vector<Range> lines;
  EXPECT_EQ(split_lines({bytes.data(), 11}, 0, '\n', false, 3, lines).rest, 3U);
  EXPECT_EQ(lines.size(), 1U);
}

/// What split_counted() finds, and what is left of the bytes.
std::string counted(const std::string& bytes, std::size_t max_length = 1000) {
  std::vector<Range> payloads;
  const std::size_t rest = split_counted(view(bytes), 0, max_length, payloads);
  std::string found;
  for (const Range& payload : payloads) {
    found += bytes.substr(payload.at, payload.size) + "|";
  }
  return found + bytes.substr(rest);
}

TEST(SplitCounted, FindsTheFramesThatAreComplete) {
  EXPECT_EQ(counted(""), "");
  EXPECT_EQ(counted("1 a"), "a|");
  EXPECT_EQ(counted("1 a12 abcdefghijkl2 "), "a|abcdefghijkl|2 ");
  EXPECT_EQ(counted("1 a2 b"), "a|2 b");
  EXPECT_EQ(counted("1 a12"), "a|12");
}

TEST(SplitCounted, StopsBeforeWhatIsNotUsual) {
  EXPECT_EQ(counted("1 a01 b"), "a|01 b");
  EXPECT_EQ(counted("1 a1x"), "a|1x");
  EXPECT_EQ(counted("1 a999999999 b"), "a|999999999 b");
  EXPECT_EQ(counted("1 a1234567890 b"), "a|1234567890 b");
  EXPECT_EQ(counted("1 a2 b\n1 c"), "a|2 b\n1 c");
  const std::string with_nul("2 b\0c", 5);
  EXPECT_EQ(counted("1 a" + with_nul), "a|" + with_nul);
  EXPECT_EQ(counted("3 abc4 abcd1 a", 3), "abc|4 abcd1 a");
}

TEST(Framer, BytesOfAPartialFrameAreNotReadAgain) {
  Framer framer(Framing::kNewline);
  std::string bytes(100, 'a');
  framer.next(view(bytes));
  // Only the new byte is looked at: the newline in front of it is not seen.
  bytes[50] = '\n';
  bytes += '\n';
  const Frame frame = framer.next(view(bytes));
  EXPECT_EQ(frame.payload_end, 100U);
}

TEST(Framer, TakenStretchesEndWithTheTerminator) {
  Framer framer(Framing::kNewline);
  framer.next(view("abc"));
  Stretch stretch = framer.take(view("abc"));
  EXPECT_FALSE(stretch.is_last);
  EXPECT_EQ(stretch.payload_end, 3U);
  stretch = framer.take(view("d\ne"));
  EXPECT_TRUE(stretch.is_last);
  EXPECT_EQ(stretch.payload_end, 1U);
  EXPECT_EQ(stretch.end, 2U);
}

TEST(Framer, TakenStretchesOfACountedFrameEndWithTheCount) {
  Framer framer(Framing::kOctetCounting);
  EXPECT_EQ(framer.next(view("5 ab")).payload_at, 2U);
  EXPECT_EQ(framer.take(view("ab")).payload_end, 2U);
  EXPECT_EQ(framer.take(view("cd")).payload_end, 2U);
  const Stretch last = framer.take(view("\n7 "));
  EXPECT_TRUE(last.is_last);
  EXPECT_EQ(last.payload_end, 0U);  // the terminator came by itself
  EXPECT_EQ(last.end, 1U);
}

TEST(Framer, AnIncompleteFrameAtTheEndIsARecordWhereItHasPayload) {
  std::size_t at = 0;
  EXPECT_TRUE(Framer(Framing::kNewline).has_partial(view("a"), &at));
  EXPECT_FALSE(Framer(Framing::kNewline).has_partial(view(""), &at));
  EXPECT_FALSE(Framer(Framing::kOctetCounting).has_partial(view("12"), &at));
  EXPECT_FALSE(Framer(Framing::kOctetCounting).has_partial(view("12 "), &at));
  EXPECT_TRUE(Framer(Framing::kOctetCounting).has_partial(view("12 a"), &at));
  EXPECT_EQ(at, 3U);
}

}  // namespace
}  // namespace cflt::framing
