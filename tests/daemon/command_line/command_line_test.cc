#include "daemon/command_line/command_line.h"

#include <gtest/gtest.h>

namespace cflt::command_line {
namespace {

Command parse(std::vector<std::string> arguments, bool terminal = false) {
  return parse_command_line(arguments, terminal);
}

filter::FilterOptions filter(std::vector<std::string> arguments) {
  const Command command = parse(std::move(arguments));
  const auto* options = std::get_if<filter::FilterOptions>(&command);
  EXPECT_NE(options, nullptr);
  return options ? *options : filter::FilterOptions{};
}

/// The options of one verb.
template <class Options>
Options get(std::vector<std::string> arguments) {
  const Command command = parse(std::move(arguments));
  const auto* options = std::get_if<Options>(&command);
  EXPECT_NE(options, nullptr);
  return options ? *options : Options{};
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
  EXPECT_TRUE(
      std::holds_alternative<filter::FilterOptions>(parse({"-"}, true)));
  EXPECT_TRUE(
      std::holds_alternative<filter::FilterOptions>(parse({"a"}, true)));
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
  EXPECT_EQ(filter({"--stats", "a"}).stats, filter::StatsFormat::kText);
  EXPECT_EQ(filter({"--stats", "a"}).paths.size(), 1U);
  EXPECT_EQ(filter({"--stats=json"}).stats, filter::StatsFormat::kJson);
  EXPECT_EQ(filter({}).stats, filter::StatsFormat::kNone);
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

TEST(CommandLine, FormsAreForDiagnosisOfTheFilterAndNotShown) {
  const auto help = [](const std::string& verb) {
    return std::get<Answer>(parse({verb, "--help"})).text;
  };
  EXPECT_EQ(help("filter").find("--forms"), std::string::npos);
  EXPECT_FALSE(help("filter").ends_with("\n\n"));
  EXPECT_EQ(complaint({"--formz"}), "unknown option --formz");
  EXPECT_NE(complaint({"--forms"}).find("--forms"), std::string::npos);
  for (const std::string verb : {"exec", "scan", "serve"}) {
    const std::string wanted =
        "--forms was removed: all forms are looked for (docs/language.md)";
    EXPECT_EQ(complaint({verb, "--forms", "hex", "x"}), wanted);
    EXPECT_EQ(complaint({verb, "--forms=all"}), wanted);
    EXPECT_EQ(help(verb).find("--forms"), std::string::npos);
  }
  EXPECT_EQ(complaint({"canary", "--forms"}),
            "unknown option --forms; did you mean --form?");
}

TEST(CommandLine, MaskHasTwoWordsWhereDataIsWritten) {
  using redact::MaskLength;
  EXPECT_EQ(filter({}).rules.mask, MaskLength::kShort);
  EXPECT_EQ(filter({"--mask=short"}).rules.mask, MaskLength::kShort);
  const std::string word = "--mask=same-length";
  EXPECT_EQ(filter({word}).rules.mask, MaskLength::kSame);
  EXPECT_EQ(filter({word, "-i", "a"}).rules.mask, MaskLength::kSame);
  EXPECT_EQ(get<exec::ExecOptions>({"exec", word, "ls"}).rules.mask,
            MaskLength::kSame);
  EXPECT_EQ(get<serve::control::ServeOptions>(
                {"serve", "--source", "a", "--sink", "b", word})
                .inline_words.rules.mask,
            MaskLength::kSame);
  EXPECT_EQ(complaint({"scan", word}), "unknown option --mask");
  EXPECT_NE(complaint({"--mask=long"}), "");
  EXPECT_EQ(complaint({"serve", "-c", "x", word}),
            "--mask goes without -c; with it, the file says all");
}

TEST(CommandLine, MismatchAndTruncatedHaveTwoWordsEach) {
  EXPECT_TRUE(filter({"--mismatch=redact"}).rules.mask_rejected);
  EXPECT_FALSE(filter({"--mismatch", "pass"}).rules.mask_rejected);
  EXPECT_FALSE(filter({"--truncated=pass"}).rules.mask_truncated);
  EXPECT_TRUE(filter({}).rules.mask_truncated);
  EXPECT_NE(complaint({"--mismatch=mask"}), "");
}

TEST(CommandLine, ListOptionsTakeOneWordAndMayBeRepeated) {
  const auto options = filter({"--forms", "plain", "app.log", "--forms=hex"});
  EXPECT_EQ(options.paths, (std::vector<std::string>{"app.log"}));
  EXPECT_TRUE(options.rules.forms.has(forms::Form::kPlain));
  EXPECT_TRUE(options.rules.forms.has(forms::Form::kHex));
  EXPECT_EQ(get<serve::control::ServeOptions>(
                {"serve", "--source", "a", "--sink", "b", "--sink=c"})
                .inline_words.sinks,
            (std::vector<std::string>{"b", "c"}));
}

TEST(CommandLine, OptionWithOneValueIsRefusedWhereItHasSeveral) {
  EXPECT_EQ(complaint({"-o", "a", "--output", "b"}),
            "--output takes one value, and was given 2");
  EXPECT_EQ(complaint({"validate", "-c", "a", "-c", "b", "-c", "c"}),
            "--config takes one value, and was given 3");
  EXPECT_EQ(complaint({"canary", "--form", "hex", "--form", "json"}),
            "--form takes one value, and was given 2");
  EXPECT_EQ(filter({"--stats", "--stats=json"}).stats,
            filter::StatsFormat::kJson);
  EXPECT_EQ(filter({"-z", "-z"}).decompress, filter::Decompress::kYes);
}

TEST(CommandLine, OptionsThatGoTogetherSaySo) {
  EXPECT_EQ(complaint({"-a"}), "-a goes with -o");
  EXPECT_EQ(complaint({"exec", "-a", "ls"}), "-a goes with -o");
  EXPECT_EQ(complaint({"--binary", "a"}), "--binary goes with -i");
  EXPECT_EQ(complaint({"--strict"}), "--strict goes with --check");
}

TEST(CommandLine, HelpAndVersionAreVerbsToo) {
  const auto text = [](std::vector<std::string> words) {
    const Command command = parse(std::move(words));
    const auto* answer = std::get_if<Answer>(&command);
    return answer == nullptr ? "" : answer->text;
  };
  EXPECT_EQ(text({"help"}), text({"--help"}));
  EXPECT_EQ(text({"help", "serve"}), text({"serve", "--help"}));
  EXPECT_EQ(text({"version"}), text({"--version"}));
  EXPECT_NE(text({"help"}), "");
}

/// Two screens of 24 lines, each of 80 columns; nothing of the parser's own.
TEST(CommandLine, HelpFitsTheScreen) {
  for (const std::string verb : {"filter", "exec", "scan", "canary", "serve",
                                 "validate", "health", "completion"}) {
    const Command command = parse({verb, "--help"});
    std::istringstream lines(std::get<Answer>(command).text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const bool is_example = line.find("cflt-redact") != line.npos;
      EXPECT_TRUE(line.size() <= 80 || is_example) << line;
      for (const char* sign : {"TEXT", "Positionals", ":{", " ..."}) {
        EXPECT_EQ(line.find(sign), line.npos) << line;
      }
    }
    EXPECT_LE(count, 48) << verb;
  }
}

TEST(CommandLine, UnknownOptionsAreExplained) {
  EXPECT_EQ(complaint({"--chekc"}),
            "unknown option --chekc; did you mean "
            "--check?");
  EXPECT_EQ(complaint({"--dry-run"}),
            "unknown option --dry-run; did you mean "
            "--check?");
}

TEST(CommandLine, InPlaceTakesFilesAndNoOtherOutput) {
  EXPECT_EQ(complaint({"-i"}), "-i takes FILEs");
  EXPECT_EQ(complaint({"-i", "a", "-"}), "-i takes FILEs; `-` is stdin");
  EXPECT_EQ(complaint({"-i", "-o", "b", "a"}), "-o goes without -i");
  EXPECT_EQ(complaint({"-i", "--check", "a"}), "--check goes without -i");
  EXPECT_EQ(complaint({"--in-place=/b", "a"}),
            "--in-place: a suffix has no / in it");
}

TEST(CommandLine, MistypedVerbGetsASuggestion) {
  EXPECT_EQ(complaint({"sevre", "-c", "x"}),
            "sevre is neither a verb nor a file; did you mean serve?");
  EXPECT_EQ(complaint({"validat"}),
            "validat is neither a verb nor a file; did you mean validate?");
  EXPECT_EQ(filter({"app.log"}).paths.size(), 1U);
}

TEST(CommandLine, CommandOfExecBeginsAtTheFirstWordThatIsNoOption) {
  const auto options = get<exec::ExecOptions>(
      {"exec", "-o", "a", "--stats=json", "cmd", "--tty", "--", "-o"});
  EXPECT_EQ(options.command,
            (std::vector<std::string>{"cmd", "--tty", "--", "-o"}));
  EXPECT_EQ(options.output, "a");
  EXPECT_EQ(options.stats, filter::StatsFormat::kJson);
  EXPECT_FALSE(options.terminal);
}

TEST(CommandLine, DashDashEndsTheOptionsOfExec) {
  const auto options =
      get<exec::ExecOptions>({"exec", "--tty", "--", "-x", "--"});
  EXPECT_EQ(options.command, (std::vector<std::string>{"-x", "--"}));
  EXPECT_TRUE(options.terminal);
  EXPECT_EQ(get<exec::ExecOptions>({"exec", "--", "--", "a"}).command,
            (std::vector<std::string>{"--", "a"}));
}

TEST(CommandLine, ExecHasTwoWaysToFail) {
  EXPECT_EQ(get<exec::ExecOptions>({"exec", "a"}).on_failure,
            exec::OnFailure::kDiscard);
  EXPECT_EQ(
      get<exec::ExecOptions>({"exec", "--on-failure=kill", "a"}).on_failure,
      exec::OnFailure::kKill);
  EXPECT_NE(complaint({"exec", "--on-failure=stop", "a"}), "");
}

TEST(CommandLine, ExecNeedsACommand) {
  for (const char* word : {"--", "--tty", "--stats"}) {
    EXPECT_EQ(complaint({"exec", word}),
              "exec takes a command: exec [OPTIONS] -- CMD [ARG...]");
  }
  EXPECT_EQ(complaint({"exec", "--ttty", "a"}),
            "unknown option --ttty; did you mean --tty?");
}

TEST(CommandLine, HelpHasExamplesBeforeOptions) {
  for (const std::string verb :
       {"filter", "exec", "canary", "serve", "validate", "health"}) {
    const Command command = parse({verb, "--help"});
    const auto* answer = std::get_if<Answer>(&command);
    ASSERT_NE(answer, nullptr);
    const auto examples = answer->text.find("Examples:");
    ASSERT_NE(examples, std::string::npos);
    EXPECT_LT(examples, answer->text.find("Options:"));
  }
}

TEST(CommandLine, ServeTakesAFile) {
  const auto options =
      get<serve::control::ServeOptions>({"serve", "-c", "x.yaml"});
  EXPECT_EQ(options.config_path, "x.yaml");
  EXPECT_TRUE(options.inline_words.empty());
}

TEST(CommandLine, ServeTakesSourcesAndSinks) {
  const auto words =
      get<serve::control::ServeOptions>(
          {"serve", "--source", "a", "--sink=b", "--source", "c", "--workers",
           "auto", "--admin", "h:1", "--memory-limit=1GiB", "--mismatch=redact",
           "--truncated=pass"})
          .inline_words;
  EXPECT_EQ(words.sources, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(words.sinks, (std::vector<std::string>{"b"}));
  EXPECT_EQ(words.workers, "auto");
  EXPECT_EQ(words.admin, "h:1");
  EXPECT_EQ(words.memory_limit, "1GiB");
  EXPECT_TRUE(words.rules.mask_rejected);
  EXPECT_FALSE(words.rules.mask_truncated);
}

TEST(CommandLine, ServeTakesOneOfTheTwo) {
  const std::string wanted = "serve takes -c FILE, or --source and --sink";
  EXPECT_EQ(complaint({"serve"}), wanted);
  EXPECT_EQ(complaint({"serve", "--source", "a"}), wanted);
  EXPECT_EQ(complaint({"serve", "-c", "x", "--workers", "2"}),
            "--workers goes without -c; with it, the file says all");
  EXPECT_EQ(complaint({"serve", "x.yaml"}),
            "unexpected argument x.yaml; a configuration file is given with "
            "-c");
  EXPECT_EQ(complaint({"serve", "--listen", "a"}),
            "unknown option --listen; did you mean --source?");
}

TEST(CommandLine, ValidateTakesAFile) {
  const auto options =
      get<serve::ValidateOptions>({"validate", "--no-environment", "-c", "x"});
  EXPECT_EQ(options.config_path, "x");
  EXPECT_TRUE(options.no_environment);
  EXPECT_FALSE(
      get<serve::ValidateOptions>({"validate", "-c", "x"}).no_environment);
  EXPECT_EQ(complaint({"validate"}), "validate takes -c FILE");
}

TEST(CommandLine, HealthHasAnAddress) {
  EXPECT_EQ(get<serve::HealthOptions>({"health"}).address, "127.0.0.1:9469");
  const auto options =
      get<serve::HealthOptions>({"health", "--ready", "--address", "[::1]:1"});
  EXPECT_EQ(options.address, "[::1]:1");
  EXPECT_TRUE(options.ready);
  EXPECT_EQ(get<serve::HealthOptions>({"health", "-c", "x"}).config_path, "x");
  EXPECT_NE(complaint({"health", "--address", "x"}), "");
  EXPECT_NE(complaint({"health", "--address", "h:1", "-c", "x"}), "");
}

TEST(CommandLine, CanaryTakesCountFormAndSeed) {
  const Command command =
      parse({"canary", "-n", "3", "--form", "all", "--seed", "9"});
  const auto* options = std::get_if<canary::CanaryOptions>(&command);
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
}  // namespace cflt::command_line
