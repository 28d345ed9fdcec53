#include "core/canary/audit.h"

#include <algorithm>

#include "core/canary/canary.h"
#include "tests/support/harness.h"

namespace cflt::canary {
namespace {

using forms::Form;

Run run_of(std::uint32_t line_count) { return {"r-1", 7, line_count, {}}; }

std::string lines_of(const Run& run) {
  std::string lines;
  for (std::uint32_t n = 1; n <= run.line_count; ++n) {
    lines += line_of(run, n) + "\n";
  }
  return lines;
}

std::string masked(const std::string& text) {
  return test::redact_whole(text).output;
}

Audit audit_of(const std::string& text, std::size_t chunk = 1 << 20) {
  Audit audit("r-1", 7, std::nullopt);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    audit.feed(std::string_view(text).substr(at, chunk));
  }
  audit.finish();
  return audit;
}

/// One letter a line: m(issing), d(amaged), k (masked), r(aw).
std::string verdicts_of(const std::string& text, std::size_t chunk = 1 << 20) {
  std::string letters;
  for (const auto& each : audit_of(text, chunk).verdicts()) {
    letters += "mdkr"[static_cast<std::size_t>(each.verdict)];
  }
  return letters;
}

std::string replaced(std::string text, const std::string& from,
                     const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos;
       at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// As a JSON string, with `/` escaped too.
std::string in_json(std::string text) {
  text = replaced(text, "\\", "\\\\");
  text = replaced(text, "\"", "\\\"");
  text = replaced(text, "/", "\\/");
  text = replaced(text, std::string(1, '\0'), "\\u0000");
  text = replaced(text, "\x1b", "\\u001b");
  return replaced(text, "\n", "\\n");
}

TEST(RunLines, SameSeedMakesTheSameLinesAndAnotherIdOthers) {
  const auto run = run_of(12);
  EXPECT_EQ(line_of(run, 5), line_of(run, 5));
  EXPECT_EQ(secret_of(run, 5), secret_of(run_of(24), 5));
  EXPECT_NE(secret_of(run, 5), secret_of(run, 6));
  EXPECT_NE(secret_of(run, 5), secret_of({"r-2", 7, 12, {}}, 5));
  EXPECT_NE(secret_of(run, 5), secret_of({"r-1", 8, 12, {}}, 5));
}

TEST(RunLines, EveryLineIsFoundInItsFormByTheCore) {
  const auto run = run_of(36);
  for (std::uint32_t n = 1; n <= run.line_count; ++n) {
    const std::map<std::string, std::uint64_t> expected = {
        {std::string(forms::name(form_in_turn(n))), 1}};
    EXPECT_EQ(test::redact_whole(line_of(run, n) + "\n").found, expected);
  }
}

TEST(RunLines, PrefixOfAnotherRunIsNone) {
  const std::string line = line_of(run_of(12), 3);
  ASSERT_TRUE(read_prefix(line, "r-1"));
  EXPECT_EQ(read_prefix(line, "r-1")->number, 3U);
  EXPECT_EQ(read_prefix(line, "r-1")->form, Form::kForm);
  EXPECT_FALSE(read_prefix(line, "r"));
  EXPECT_FALSE(read_prefix(line, "r-11"));
  EXPECT_FALSE(read_prefix(
      "cflt-canary run=r-1 check=1234abcd n=3/2 form=hex x", "r-1"));
  EXPECT_FALSE(read_prefix(
      "cflt-canary run=r-1 check=1234abcd n=0/2 form=hex x", "r-1"));
  EXPECT_FALSE(
      read_prefix("cflt-canary run=r-1 check=1234abcd n=1/2 form=he", "r-1"));
}

TEST(Audit, RedactedRunIsMaskedInAnyChunking) {
  const std::string text = masked(lines_of(run_of(36)));
  for (const std::size_t chunk : {1U << 20, 1U, 7U, 300U}) {
    EXPECT_EQ(verdicts_of(text, chunk), std::string(36, 'k'));
  }
}

TEST(Audit, RunThatNobodyRedactedIsRaw) {
  EXPECT_EQ(verdicts_of(lines_of(run_of(36))), std::string(36, 'r'));
  EXPECT_EQ(verdicts_of(lines_of(run_of(36)), 1), std::string(36, 'r'));
}

TEST(Audit, JsonOnceAndTwiceMakesNoDifference) {
  std::string raw = lines_of(run_of(12));
  std::string clean = masked(raw);
  for (int times = 0; times < 2; ++times) {
    raw = in_json(raw);
    clean = in_json(clean);
    EXPECT_EQ(verdicts_of("{\"m\":\"" + raw + "\"}"), std::string(12, 'r'));
    EXPECT_EQ(verdicts_of("{\"m\":\"" + clean + "\"}"), std::string(12, 'k'));
  }
}

TEST(Audit, ControlCharactersAsRsyslogWritesThem) {
  std::string text = masked(lines_of(run_of(12)));
  text = replaced(text, "\x1b", "#033");
  text = replaced(text, std::string(1, '\0'), "#000");
  EXPECT_EQ(verdicts_of(text), std::string(12, 'k'));
}

TEST(Audit, OrderAndDuplicatesDoNotMatterAndWhatIsGoneIsMissing) {
  const auto run = run_of(3);
  const std::string third = masked(line_of(run, 3)) + "\n";
  EXPECT_EQ(verdicts_of(third + masked(line_of(run, 1)) + "\n" + third), "kmk");
  EXPECT_EQ(verdicts_of(""), "");
}

TEST(Audit, SecretWithoutItsPrefixIsRawWhereverItStands) {
  const std::string text = masked(lines_of(run_of(2)));
  const std::string secret = secret_of(run_of(2), 2);
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const std::string written = write_secret(secret, static_cast<Form>(i), 0);
    EXPECT_EQ(verdicts_of("x=" + written + "\n" + text), "kr");
    EXPECT_EQ(verdicts_of(text + "x=" + written), "kr");
  }
}

TEST(Audit, TenCharactersOfASecretAreRawAndNineAreNot) {
  const auto run = run_of(1);
  const std::string text = masked(line_of(run, 1)) + "\n";
  const std::string secret = secret_of(run, 1);
  EXPECT_EQ(verdicts_of(text + "k=\"" + secret.substr(20, 10) + "\""), "r");
  EXPECT_EQ(verdicts_of(text + "k=\"" + secret.substr(20, 9) + "\""), "k");
}

TEST(Audit, LineWithoutMaskIsDamaged) {
  const std::string line = line_of(run_of(1), 1);
  const std::string prefix = line.substr(0, line.find(" cflt") + 1);
  EXPECT_EQ(verdicts_of(prefix), "d");
  EXPECT_EQ(verdicts_of(prefix + "[REDACTED]\ncflt****"), "d");
  EXPECT_EQ(verdicts_of(prefix + "cflt***"), "d");
  EXPECT_EQ(verdicts_of(prefix + "\",\"k\":\"cflt****"), "d");
  EXPECT_EQ(verdicts_of(prefix + "cflt****\n" + prefix), "d");
  EXPECT_EQ(verdicts_of(prefix + "cflt****"), "k");
}

TEST(Audit, FormOfAMissingLineIsThatOfTheOthers) {
  auto run = run_of(3);
  run.form = Form::kHex;
  const auto audit = audit_of(masked(line_of(run, 2)));
  for (const auto& each : audit.verdicts()) EXPECT_EQ(each.form, Form::kHex);
}

TEST(Audit, TwoRunsOfOneIdAreTold) {
  const auto audit = audit_of(line_of(run_of(2), 1) + line_of(run_of(3), 1));
  EXPECT_EQ(audit.line_count(), 2U);
  EXPECT_EQ(audit.other_line_count(), 3U);
}

TEST(Audit, LinesOfAnotherSeedAreToldApart) {
  Audit audit("r-1", 8, std::nullopt);
  audit.feed(masked(lines_of(run_of(12))));
  audit.finish();
  EXPECT_EQ(audit.other_seed_count(), 12U);
  EXPECT_EQ(audit.line_count(), std::nullopt);
  EXPECT_EQ(audit_of(lines_of(run_of(12))).other_seed_count(), 0U);
}

}  // namespace
}  // namespace cflt::canary
