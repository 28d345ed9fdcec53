#include "daemon/find/examiner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "core/canary/canary.h"
#include "daemon/fingerprints/fingerprint.h"

namespace cflt::find {
namespace {

class ExaminerTest : public testing::Test {
 protected:
  /// Reports on `text`, where each read gets `size` bytes of it: this kind of
  /// socket keeps them apart.
  std::vector<Report> examine(const std::string& text, std::size_t size) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    std::jthread writer([&text, size, fd = ends[0]] {
      for (std::size_t at = 0; at < text.size(); at += size) {
        EXPECT_GT(::send(fd, &text[at], std::min(size, text.size() - at), 0),
                  0);
      }
      ::close(fd);
    });
    filter::Input input = filter::Input::adopt(base::Descriptor::own(ends[1]),
                                               "test", filter::Decompress::kNo);
    std::vector<Report> all;
    const auto error =
        examiner_.examine(input, [&all](std::span<const Report> reports) {
          all.insert(all.end(), reports.begin(), reports.end());
        });
    EXPECT_FALSE(error) << error.message();
    return all;
  }

  stream::Rules rules_{stream::Options{}};
  scan::Scanner scanner_{
      scan::Scanner::make(forms::families(rules_.options.forms), nullptr)
          .value()};
  filter::LiveCounters live_;
  Examiner examiner_{rules_, scanner_, live_};
};

std::string lines_with(const std::string& secret) {
  return "first\n\nuser=ABCD1234567890AB pass=" + secret + "\nlast " + secret +
         "\n" + std::string(3000, 'x') + secret + " key ZYXW9876543210ZY!";
}

void expect_lines_with(const std::vector<Report>& reports) {
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].line, 3U);
  EXPECT_EQ(reports[0].column, 28U);
  EXPECT_EQ(reports[0].offset, 34U);
  EXPECT_EQ(reports[0].key_id, "ABCD1234567890AB");
  EXPECT_EQ(reports[1].line, 4U);
  EXPECT_EQ(reports[1].column, 6U);
  EXPECT_EQ(reports[1].key_id, std::nullopt);
  EXPECT_EQ(reports[2].line, 5U);
  EXPECT_EQ(reports[2].column, 3001U);
  EXPECT_EQ(reports[2].key_id, "ZYXW9876543210ZY");
  EXPECT_EQ(reports[2].fingerprint, reports[0].fingerprint);
}

TEST_F(ExaminerTest, ReportsAreTheSameForAnyChunks) {
  const std::string text = lines_with(canary::Canaries(1).next_secret());
  for (const std::size_t size : {1U, 7U, 64U, 500U, 1500U, 5000U}) {
    SCOPED_TRACE(size);
    expect_lines_with(examine(text, size));
  }
}

/// As long as a secret can be: colours between its symbols.
std::string spread_out(const std::string& secret) {
  std::string text = "cflt";
  for (const char symbol : secret.substr(4)) {
    text += "\x1b[0;11m";
    text += symbol;
  }
  return text;
}

TEST_F(ExaminerTest, KeyIsFoundAtTheReachsEndInSmallChunks) {
  const std::string secret = canary::Canaries(5).next_secret();
  std::string text(2000, '.');
  text += "ABCD1234567890AB";
  text.append(240, '.');
  text += spread_out(secret);
  text.append(2000, '.');
  for (const std::size_t size : {1U, 50U, 333U}) {
    const auto reports = examine(text, size);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].form, forms::Form::kColor);
    EXPECT_EQ(reports[0].key_id, "ABCD1234567890AB");
  }
}

TEST_F(ExaminerTest, OneInputSaysNothingOfTheNext) {
  const std::string secret = canary::Canaries(2).next_secret();
  EXPECT_EQ(examine("ABCD1234567890AB " + secret.substr(0, 30), 9).size(), 0U);
  EXPECT_EQ(examine(secret.substr(30), 9).size(), 0U);
  const auto reports = examine(":" + secret, 9);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].offset, 1U);
  EXPECT_EQ(reports[0].line, 1U);
  EXPECT_EQ(reports[0].key_id, std::nullopt);
}

TEST_F(ExaminerTest, FingerprintIsTheSameInEveryForm) {
  // Escapes have something to write, and seven spaces are the most.
  std::string secret;
  canary::Canaries canaries(3);
  const auto holds = [&secret](char c) {
    return std::count(secret.begin(), secret.end(), c);
  };
  while (holds('+') == 0 || holds('+') > 7 || holds('/') == 0) {
    secret = canaries.next_secret();
  }
  const auto plain = examine(secret, 100).at(0).fingerprint;
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->size(), 16U);
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const auto form = static_cast<forms::Form>(i);
    if (form == forms::Form::kBase64Escaped) continue;  // tests/e2e has it
    const std::string written = form == forms::Form::kBase64
                                    ? canary::to_base64(secret)
                                    : canary::write_symbols(secret, form);
    const auto reports = examine(written, 100);
    ASSERT_EQ(reports.size(), 1U) << forms::name(form);
    EXPECT_EQ(reports[0].fingerprint, plain) << forms::name(form);
  }
}

TEST_F(ExaminerTest, TruncatedSecretHasNoFingerprint) {
  const std::string secret = canary::Canaries(4).next_secret();
  const auto reports = examine(secret.substr(0, 62) + " ", 100);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].verdict, secret::Verdict::kTruncated);
  EXPECT_EQ(reports[0].fingerprint, std::nullopt);
}

}  // namespace
}  // namespace cflt::find
