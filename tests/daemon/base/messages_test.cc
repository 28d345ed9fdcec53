#include "daemon/base/messages.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "core/canary/canary.h"

namespace cflt::base {
namespace {

TEST(SafeText, OrdinaryTextStays) {
  EXPECT_EQ(safe_text("/var/log/a.log: No such file"),
            "/var/log/a.log: No such file");
  EXPECT_EQ(safe_text(""), "");
  EXPECT_EQ(safe_text("grün"), "grün");
}

TEST(SafeText, SecretsOfAllFormsAreMasked) {
  canary::Canaries canaries(6);
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const std::string canary = canaries.next(static_cast<forms::Form>(i));
    const std::string safe = safe_text("open " + canary + ": no");
    EXPECT_EQ(safe.find(canary.substr(20, 20)), std::string::npos) << safe;
    EXPECT_TRUE(safe.ends_with(": no")) << safe;
  }
}

TEST(SafeText, ControlCharactersAreEscaped) {
  EXPECT_EQ(safe_text("a\nb\x1b[31m\x7f"), "a\\x0ab\\x1b[31m\\x7f");
}

TEST(SafeText, BytesThatATerminalMightObeyAreEscaped) {
  EXPECT_EQ(safe_text("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");  // C1: CSI
  EXPECT_EQ(safe_text("\x9b"
                      "31m"),
            "\\x9b31m");  // not UTF-8
  EXPECT_EQ(safe_text("a\u202eb\u2066"), "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6");
  EXPECT_EQ(safe_text("a\u2028b"),
            "a\\xe2\\x80\\xa8"
            "b");
}

TEST(SafeText, OtherUtf8StaysAndWhatIsNoneIsEscaped) {
  EXPECT_EQ(safe_text("\u00a0ü€😀…"), "\u00a0ü€😀…");
  EXPECT_EQ(safe_text("\xff\xe2\x82"), "\\xff\\xe2\\x82");
  EXPECT_EQ(safe_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(SafeText, SecretAtTheEndIsMasked) {
  const std::string secret = canary::Canaries(6).next_secret();
  EXPECT_EQ(safe_text(secret), "cflt****");
  EXPECT_EQ(safe_text(secret.substr(0, 60)), "cflt****");
}

void throw_in_a_thread(const std::string& what) {
  open_messages();
  std::thread([what] { throw std::runtime_error(what + "\x1b"); }).join();
}

TEST(MessagesDeathTest, ExceptionThatNobodyCatchesIsToldSafelyAndFailsClosed) {
  const std::string secret = canary::Canaries(6).next_secret();
  EXPECT_EXIT(throw_in_a_thread(secret), testing::ExitedWithCode(70),
              "^cflt-redact: internal failure: cflt\\*\\*\\*\\*\\\\x1b\n$");
}

}  // namespace
}  // namespace cflt::base
