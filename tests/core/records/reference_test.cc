// The reference of docs/records.md, against strings worked out by hand.
#include "tests/reference/records.h"
#include "tests/reference/secret.h"

namespace cflt::reference {
namespace {

using Strings = std::vector<std::string>;
using namespace std::string_literals;

Intake taken(Framing framing, const std::string& bytes) {
  IntakeOptions options;
  options.framing = framing;
  return take_in(bytes, options);
}

Intake cut(TooLong too_long, std::size_t max_length, const std::string& line) {
  return take_in(line + "\n", {Framing::kNewline, max_length, too_long, {}});
}

Intake split(std::size_t max_length, const std::string& line) {
  return cut(TooLong::kSplit, max_length, line);
}

Intake truncated(std::size_t max_length, const std::string& line) {
  return cut(TooLong::kTruncate, max_length, line);
}

std::string secret() {
  const std::string body = kAlphabet.substr(0, kBodySymbols);
  return "cflt" + body + check_of(body);
}

/// The symbols behind an anchor in UTF-16.
std::string utf16(const std::string& secret) {
  std::string text;
  for (const char symbol : secret.substr(4)) text += "\0"s + symbol;
  return text;
}

/// The shape of a secret, but the check is wrong.
std::string decoy() {
  std::string text = secret();
  text[58] = text[58] == 'A' ? 'B' : 'A';
  return text;
}

TEST(ReferenceRecords, LinesEndAtLfAndKeepCr) {
  const Intake intake = taken(Framing::kNewline, "a\r\n\nb\0c\n"s);
  EXPECT_EQ(intake.records, (Strings{"a\r", "", "b\0c"s}));
  EXPECT_EQ(intake.in, 3U);
  EXPECT_EQ(intake.partial, 0U);
}

TEST(ReferenceRecords, NulEndsARecordAndLfDoesNot) {
  EXPECT_EQ(taken(Framing::kNul, "a\n\0\0b\0"s).records,
            (Strings{"a\n", "", "b"}));
}

TEST(ReferenceRecords, BytesBehindTheLastTerminatorAreAPartialRecord) {
  for (const Framing framing : {Framing::kNewline, Framing::kNul}) {
    const Intake intake = taken(framing, "ab");
    EXPECT_EQ(intake.records, Strings{"ab"});
    EXPECT_EQ(intake.in, 1U);
    EXPECT_EQ(intake.partial, 1U);
    EXPECT_EQ(taken(framing, "").in, 0U);
  }
}

TEST(ReferenceRecords, CountedFramesLoseOneLfOrNul) {
  EXPECT_EQ(
      taken(Framing::kOctetCounting, "2 ab2 a\n3 a\n\0001 \n2 \n\n"s).records,
      (Strings{"ab", "a", "a\n", "", "\n"}));
}

TEST(ReferenceRecords, PartialFrameKeepsItsLf) {
  const Intake intake = taken(Framing::kOctetCounting, "1 a3 b\n");
  EXPECT_EQ(intake.records, (Strings{"a", "b\n"}));
  EXPECT_EQ(intake.partial, 1U);
}

TEST(ReferenceRecords, CountAloneIsNoRecord) {
  for (const std::string end : {"", "1", "123456789", "12 "}) {
    const Intake intake = taken(Framing::kOctetCounting, "1 a" + end);
    EXPECT_EQ(intake.records, Strings{"a"}) << end;
    EXPECT_EQ(intake.partial, 0U) << end;
    EXPECT_FALSE(intake.bad_count) << end;
  }
}

TEST(ReferenceRecords, BadCountEndsTheConnection) {
  for (const std::string end :
       {"012 <", "0 ", "0", "1234567890 <", "1234567890", "-1 ", "5x", "5\t<",
        " 5 <", "\xEF\xBB<"}) {
    const Intake intake = taken(Framing::kOctetCounting, "1 a" + end + "1 b");
    EXPECT_EQ(intake.records, Strings{"a"}) << end;
    EXPECT_EQ(intake.partial, 0U) << end;
    EXPECT_TRUE(intake.bad_count) << end;
    EXPECT_EQ(intake.lost_bytes, end.size() + 3) << end;
  }
}

TEST(ReferenceRecords, AutoIsCountedWhereACountAndAnAngleBracketBegin) {
  EXPECT_EQ(taken(Framing::kAuto, "2 <a1 b").records, (Strings{"<a", "b"}));
  EXPECT_EQ(taken(Framing::kAuto, "123456789 <").records, Strings{"<"});
  EXPECT_EQ(taken(Framing::kAuto, "6 \xEF\xBB\xBF<a").records,
            Strings{"\xEF\xBB\xBF<a"});
}

TEST(ReferenceRecords, SeparatorsBetweenCountedFramesAreSkipped) {
  const Intake intake = taken(Framing::kAuto, "\n2 <a\n\xEF\xBB\xBF\0002 <b"s);
  EXPECT_EQ(intake.records, (Strings{"<a", "<b"}));
  EXPECT_EQ(intake.skipped_bytes, 6U);
  EXPECT_EQ(intake.lost_bytes, 0U);
}

TEST(ReferenceRecords, EachFrameOfACountedConnectionDecides) {
  EXPECT_EQ(taken(Framing::kAuto, "2 <a<b\n2 <c<d\0<e"s).records,
            (Strings{"<a", "<b", "<c", "<d", "<e"}));
  EXPECT_EQ(taken(Framing::kAuto, "<a\n2 <b\n").records,
            (Strings{"<a", "2 <b"}));
}

TEST(ReferenceRecords, NulAndLfEndALineOfASyslogSource) {
  EXPECT_EQ(taken(Framing::kSyslogNewline, "a\0b\nc\0\nd"s).records,
            (Strings{"a", "b", "c", "d"}));
}

TEST(ReferenceRecords, EmptyRecordsOfASyslogSourceAreSkipped) {
  IntakeOptions options;
  options.is_syslog = true;
  options.framing = Framing::kSyslogNewline;
  const Intake lines = take_in("a\n\n\0\n\0b\0\n"s, options);
  EXPECT_EQ(lines.records, (Strings{"a", "b"}));
  EXPECT_EQ(lines.empty, 3U);
  options.framing = Framing::kOctetCounting;
  EXPECT_EQ(take_in("1 \n2 <a", options).empty, 1U);
  options.framing = Framing::kDatagram;
  EXPECT_EQ(take_in("\n", options).empty, 1U);
}

TEST(ReferenceRecords, AnotherProtocolIsLost) {
  IntakeOptions options;
  options.is_syslog = true;
  const Intake intake = take_in("\x16\x03\x01 <1>a\n", options);
  EXPECT_TRUE(intake.is_foreign);
  EXPECT_EQ(intake.records, Strings{});
  EXPECT_EQ(intake.lost_bytes, 9U);
}

TEST(ReferenceRecords, AutoIsNewlineElse) {
  for (const std::string line :
       {"2 a", "5", "5 ", "5  <", "0 <", "012 <", "1234567890 <", "-1 <", "5x",
        "5\t<", " 5 <", "<34>1 -", "a"}) {
    const Intake intake = taken(Framing::kAuto, line + "\n2 <b");
    EXPECT_EQ(intake.records, (Strings{line, "2 <b"})) << line;
    EXPECT_FALSE(intake.bad_count) << line;
    const Intake partial = taken(Framing::kAuto, line);
    EXPECT_EQ(partial.records, Strings{line}) << line;
    EXPECT_EQ(partial.partial, 1U) << line;
  }
}

TEST(ReferenceRecords, DatagramIsOneRecordAndLosesOneLfOrNul) {
  EXPECT_EQ(taken(Framing::kDatagram, "a\nb\n").records, Strings{"a\nb"});
  EXPECT_EQ(taken(Framing::kDatagram, "a\n\0"s).records, Strings{"a\n"});
  EXPECT_EQ(taken(Framing::kDatagram, "").records, Strings{""});
  EXPECT_EQ(taken(Framing::kDatagram, "a").partial, 0U);
}

TEST(ReferenceRecords, NoCandidateCrossesTheEndOfARecord) {
  const std::string bytes = secret().substr(0, 62);
  const Intake intake =
      taken(Framing::kNewline, bytes + "\n" + bytes.substr(0, 40) + "\nAA\n");
  EXPECT_EQ(intake.records, (Strings{"cflt****", bytes.substr(0, 40), "AA"}));
  EXPECT_EQ(intake.truncated, 1U);
}

TEST(ReferenceRecords, CutMovesToTheFrontOfAMaskAtEveryOffset) {
  const std::string behind(30, 'y');
  for (std::size_t lead = 0; lead <= 30; ++lead) {
    const Intake intake = split(20, std::string(lead, 'x') + secret() + behind);
    const bool is_moved = 12 < lead && lead < 20;
    ASSERT_EQ(intake.records[0].size(), is_moved ? lead : 20) << lead;
    EXPECT_EQ(intake.in + intake.split, intake.records.size());
    EXPECT_EQ(intake.found.at("plain"), 1U);
  }
}

TEST(ReferenceRecords, SplitMakesAllPiecesRecords) {
  const Intake intake =
      split(20, std::string(13, 'x') + secret() + std::string(20, 'y'));
  EXPECT_EQ(intake.records,
            (Strings{"xxxxxxxxxxxxx", "cflt****yyyyyyyyyyyy", "yyyyyyyy"}));
  EXPECT_EQ(intake.in, 1U);
  EXPECT_EQ(intake.split, 2U);
  EXPECT_EQ(intake.truncated_records, 0U);
}

TEST(ReferenceRecords, LengthIsThatOfTheRedactedRecord) {
  EXPECT_EQ(split(8, secret()).records, Strings{"cflt****"});
  EXPECT_EQ(split(8, "cfltcfltcflt").records, (Strings{"cfltcflt", "cflt"}));
}

TEST(ReferenceRecords, CutMayFallBetweenMasksThatTouch) {
  EXPECT_EQ(split(20, "xx" + secret() + secret() + secret()).records,
            (Strings{"xxcflt****cflt****", "cflt****"}));
}

TEST(ReferenceRecords, OfAnAnchorThatStraddlesAMaskTheAtomIsWhatIsLeft) {
  // A truncated secret ends in the `c` of a UTF-16 one.
  const std::string body = kAlphabet.substr(0, 53) + "c";
  const std::string line = "cflt" + body + "\0f\0l\0t"s + utf16(secret());
  const std::string left = "\0f\0l\0t\0*\0*\0*\0*"s;
  EXPECT_EQ(split(22, line).records, Strings{"cflt****" + left});
  EXPECT_EQ(split(21, line).records, (Strings{"cflt****", left}));
  EXPECT_EQ(split(20, "x" + line).records, (Strings{"xcflt****", left}));
}

TEST(ReferenceRecords, ColoursBehindAMaskMayBeCut) {
  const std::string coloured =
      secret().substr(0, 9) + "\x1b[31m" + secret().substr(9);
  EXPECT_EQ(split(10, "x" + coloured + "y").records,
            (Strings{"xcflt****\x1b", "[31my"}));
}

TEST(ReferenceRecords, CandidateLeftAloneMayBeCut) {
  const Intake intake = split(40, "xxx" + decoy() + " y");
  EXPECT_EQ(intake.records, (Strings{"xxx" + decoy().substr(0, 37),
                                     decoy().substr(37) + " y"}));
  EXPECT_EQ(intake.rejected, 1U);
}

TEST(ReferenceRecords, TruncateKeepsTheFirstPieceAndCountsAllFindings) {
  const Intake intake =
      truncated(20, "x"s + secret() + ";" + secret() + ";" + secret());
  EXPECT_EQ(intake.records, Strings{"xcflt****;cflt****;"});
  EXPECT_EQ(intake.in, 1U);
  EXPECT_EQ(intake.split, 0U);
  EXPECT_EQ(intake.truncated_records, 1U);
  EXPECT_EQ(intake.found.at("plain"), 3U);
}

TEST(ReferenceRecords, TruncateLeavesARecordThatFits) {
  const Intake intake = truncated(8, secret());
  EXPECT_EQ(intake.records, Strings{"cflt****"});
  EXPECT_EQ(intake.truncated_records, 0U);
  EXPECT_EQ(truncated(8, "").records, Strings{""});
}

Strings put(SinkFraming framing, Embedded embedded) {
  return put_out({"a\nb\0\n"s, "", "#"}, framing, embedded).frames;
}

TEST(ReferenceRecords, NewlineSinkDoesAsToldWithLf) {
  const auto framing = SinkFraming::kNewline;
  EXPECT_EQ(put(framing, Embedded::kEscape),
            (Strings{"a#012b\0#012\n"s, "\n", "#\n"}));
  EXPECT_EQ(put(framing, Embedded::kSplit),
            (Strings{"a\n", "b\0\n"s, "\n", "\n", "#\n"}));
  EXPECT_EQ(put(framing, Embedded::kKeep),
            (Strings{"a\nb\0\n\n"s, "\n", "#\n"}));
}

TEST(ReferenceRecords, NulSinkDoesAsToldWithNul) {
  const auto framing = SinkFraming::kNul;
  EXPECT_EQ(put(framing, Embedded::kEscape),
            (Strings{"a\nb#000\n\0"s, "\0"s, "#\0"s}));
  EXPECT_EQ(put(framing, Embedded::kSplit),
            (Strings{"a\nb\0"s, "\n\0"s, "\0"s, "#\0"s}));
  EXPECT_EQ(put(framing, Embedded::kKeep),
            (Strings{"a\nb\0\n\0"s, "\0"s, "#\0"s}));
}

TEST(ReferenceRecords, OctetCountingSinkCarriesAnyByteAndNoEmptyRecord) {
  const Output output = put_out({"a\nb\0\n"s, "", "0123456789"},
                                SinkFraming::kOctetCounting, Embedded::kEscape);
  EXPECT_EQ(output.frames, (Strings{"5 a\nb\0\n"s, "10 0123456789"}));
  EXPECT_EQ(output.dropped_empty, 1U);
}

TEST(ReferenceRecords, DatagramSinkCutsWhatUdpCannotCarry) {
  const Output output =
      put_out({"a\n", "", std::string(65507, 'x'), std::string(65508, 'y')},
              SinkFraming::kDatagram, Embedded::kSplit);
  EXPECT_EQ(output.frames, (Strings{"a\n", "", std::string(65507, 'x'),
                                    std::string(65507, 'y')}));
  EXPECT_EQ(output.dropped_empty, 0U);
  EXPECT_EQ(output.truncated, 1U);
}

}  // namespace
}  // namespace cflt::reference
