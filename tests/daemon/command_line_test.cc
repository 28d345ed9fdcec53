#include "daemon/command_line.h"

#include <gtest/gtest.h>

namespace cflt::daemon {
namespace {

Command parse(std::vector<std::string> arguments, bool terminal = false) {
  return parse_command_line(arguments, terminal);
}

FilterOptions filter(std::vector<std::string> arguments) {
  const Command command = parse(std::move(arguments));
  const auto* options = std::get_if<FilterOptions>(&command);
  EXPECT_NE(options, nullptr);
  return options ? *options : FilterOptions{};
}

std::string complaint(std::vector<std::string> arguments) {
  const Command command = parse(std::move(arguments));
  const auto* error = std::get_if<UsageError>(&command);
  return error ? error->message : "";
}

TEST(CommandLine, NothingIsTheFilterOfStdin) {
  EXPECT_TRUE(filter({}).paths.empty());
  EXPECT_TRUE(filter({"filter"}).paths.empty());
  EXPECT_FALSE(filter({}).check);
}

TEST(CommandLine, TerminalAndNoFileGetsShortHelp) {
  EXPECT_TRUE(std::holds_alternative<ShortHelp>(parse({}, true)));
  EXPECT_TRUE(std::holds_alternative<FilterOptions>(parse({"-"}, true)));
  EXPECT_TRUE(std::holds_alternative<FilterOptions>(parse({"a"}, true)));
}

TEST(CommandLine, OptionsMayFollowFiles) {
  const auto options = filter({"a", "--check", "b", "-o", "c"});
  EXPECT_EQ(options.paths, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(options.check);
  EXPECT_EQ(options.output, "c");
}

TEST(CommandLine, DashDashEndsOptions) {
  EXPECT_EQ(filter({"--", "--check"}).paths,
            (std::vector<std::string>{"--check"}));
}

TEST(CommandLine, StatsTakesItsFormatWithAnEqualsSignOnly) {
  EXPECT_EQ(filter({"--stats", "a"}).stats, StatsFormat::kText);
  EXPECT_EQ(filter({"--stats", "a"}).paths.size(), 1U);
  EXPECT_EQ(filter({"--stats=json"}).stats, StatsFormat::kJson);
  EXPECT_EQ(filter({}).stats, StatsFormat::kNone);
  EXPECT_NE(complaint({"--stats=xml"}), "");
}

TEST(CommandLine, FormsAreAListOfNames) {
  const auto options = filter({"--forms", "plain,hex"});
  EXPECT_TRUE(options.rules.forms.has(forms::Form::kHex));
  EXPECT_FALSE(options.rules.forms.has(forms::Form::kJson));
  EXPECT_TRUE(filter({"--forms", "all"}).rules.forms.has(forms::Form::kUtf16));
  EXPECT_EQ(complaint({"--forms", "plian"}),
            "--forms: unknown form plian; did you mean plain?");
}

TEST(CommandLine, MismatchAndTruncatedHaveTwoWordsEach) {
  EXPECT_TRUE(filter({"--mismatch=redact"}).rules.mask_rejected);
  EXPECT_FALSE(filter({"--mismatch", "pass"}).rules.mask_rejected);
  EXPECT_FALSE(filter({"--truncated=pass"}).rules.mask_truncated);
  EXPECT_TRUE(filter({}).rules.mask_truncated);
  EXPECT_NE(complaint({"--mismatch=mask"}), "");
}

TEST(CommandLine, LastOfARepeatedOptionCounts) {
  EXPECT_EQ(filter({"-o", "a", "-o", "b"}).output, "b");
  EXPECT_FALSE(
      filter({"--mismatch=redact", "--mismatch=pass"}).rules.mask_rejected);
}

TEST(CommandLine, UnknownOptionsAreExplained) {
  EXPECT_EQ(complaint({"--chekc"}),
            "unknown option --chekc; did you mean "
            "--check?");
  EXPECT_EQ(complaint({"--dry-run"}),
            "unknown option --dry-run; did you mean "
            "--check?");
  EXPECT_EQ(complaint({"-i"}), "-i is not in this version yet");
  EXPECT_NE(complaint({"scan", "x"}).find("not in this version"),
            std::string::npos);
}

TEST(CommandLine, HelpHasExamplesBeforeOptions) {
  const Command command = parse({"--help"});
  const auto* answer = std::get_if<Answer>(&command);
  ASSERT_NE(answer, nullptr);
  const auto examples = answer->text.find("Examples:");
  ASSERT_NE(examples, std::string::npos);
  EXPECT_LT(examples, answer->text.find("Options:"));
}

TEST(CommandLine, CanaryTakesCountFormAndSeed) {
  const Command command =
      parse({"canary", "-n", "3", "--form", "all", "--seed", "9"});
  const auto* options = std::get_if<CanaryOptions>(&command);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->count, 3U);
  EXPECT_FALSE(options->form);
  EXPECT_EQ(options->seed, 9U);
  EXPECT_NE(complaint({"canary", "--form", "nope"}), "");
  for (const char* count : {"x", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_NE(complaint({"canary", "-n", count}), "") << count;
    EXPECT_NE(complaint({"canary", "--seed", count}), "") << count;
  }
}

}  // namespace
}  // namespace cflt::daemon
