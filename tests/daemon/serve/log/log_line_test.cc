#include "daemon/serve/log/log_line.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "core/canary/canary.h"

namespace cflt::serve::log {
namespace {

using std::chrono::milliseconds;

// 2024-11-24T13:24:00.123Z
constexpr std::chrono::system_clock::time_point kTime{
    milliseconds(1'732'454'640'123)};

Line line_of(Fields fields, std::string_view message = "connection closed",
             Level level = Level::kWarn) {
  return {level, message, {fields.begin(), fields.size()}, kTime};
}

std::string text_of(Fields fields) { return to_journal_text(line_of(fields)); }

boost::json::object json_of(Fields fields, std::string_view message = "m") {
  return boost::json::parse(to_json(line_of(fields, message))).as_object();
}

TEST(LogText, BeginsWithTimeAndLevel) {
  EXPECT_EQ(to_text(line_of({{"source", "app"}, {"octets", 512}})),
            "2024-11-24T13:24:00.123Z warn connection closed source=app "
            "octets=512");
}

TEST(LogText, TimeBeforeTheEpochKeepsItsMilliseconds) {
  Line line = line_of({});
  line.time = std::chrono::system_clock::time_point(milliseconds(-1));
  EXPECT_TRUE(to_text(line).starts_with("1969-12-31T23:59:59.999Z "));
}

TEST(LogText, JournalKeepsTimeAndLevelItself) {
  EXPECT_EQ(to_journal_text(line_of({})), "connection closed");
  EXPECT_EQ(journal_prefix(Level::kDebug), "<7>");
  EXPECT_EQ(journal_prefix(Level::kInfo), "<6>");
  EXPECT_EQ(journal_prefix(Level::kWarn), "<4>");
  EXPECT_EQ(journal_prefix(Level::kError), "<3>");
}

TEST(LogText, ValuesThatCouldBeMisreadAreQuoted) {
  EXPECT_EQ(text_of({{"a", ""}, {"b", "x y"}}),
            R"(connection closed a="" b="x y")");
  EXPECT_EQ(text_of({{"a", "b=c"}, {"b", R"(q"\ )"}}),
            R"(connection closed a="b=c" b="q\"\\ ")");
}

TEST(LogText, NumbersOfAllKinds) {
  EXPECT_EQ(text_of({{"a", -3},
                     {"b", std::numeric_limits<std::uint64_t>::max()},
                     {"c", 0.25}}),
            "connection closed a=-3 b=18446744073709551615 c=0.25");
}

TEST(LogText, NewlinesCannotForgeALine) {
  EXPECT_EQ(text_of({{"peer", "a\n<0>b\x7f"}}),
            "connection closed peer=a\\x0a<0>b\\x7f");
}

TEST(LogText, TerminalCommandsAndBrokenUtf8AreEscaped) {
  EXPECT_EQ(text_of({{"a", "\x1b[2J"}, {"b", "\xc2\x9b"}, {"c", "gr\xfcn"}}),
            "connection closed a=\\x1b[2J b=\\xc2\\x9b c=gr\\xfcn");
  EXPECT_EQ(text_of({{"a", "\xed\xa0\x80"}, {"b", "\xf4\x90\x80\x80"}}),
            "connection closed a=\\xed\\xa0\\x80 b=\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(text_of({{"a", "grün €😀"}, {"b", "\xe2\x82"}}),
            "connection closed a=\"grün €😀\" b=\\xe2\\x82");
}

TEST(LogText, SecretsAreMaskedWhereverTheyStand) {
  const std::string secret = canary::Canaries(3).next_secret();
  const Field field(secret, secret);
  const Line line{Level::kInfo, secret, {&field, 1}, kTime};
  EXPECT_EQ(to_journal_text(line), "cflt**** cflt****=cflt****");
  EXPECT_EQ(to_json(line).find(secret.substr(8, 20)), std::string::npos);
}

TEST(LogJson, IsOneObjectWithItsFieldsInOrder) {
  EXPECT_EQ(to_json(line_of({{"source", "app"}, {"octets", 512}})),
            R"({"time":"2024-11-24T13:24:00.123Z","level":"warn",)"
            R"("message":"connection closed","source":"app","octets":512})");
}

TEST(LogJson, NastyBytesStayJson) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const auto object = json_of({{"value", all}}, all);
  EXPECT_EQ(object.at("message"), object.at("value"));
}

TEST(LogJson, NumbersThatJsonLacksAreNull) {
  EXPECT_TRUE(json_of({{"x", std::numeric_limits<double>::infinity()}})
                  .at("x")
                  .is_null());
}

TEST(LogJson, FieldCannotReplaceTheMessage) {
  EXPECT_EQ(json_of({{"message", "other"}}, "own").at("message"), "own");
}

}  // namespace
}  // namespace cflt::serve::log
