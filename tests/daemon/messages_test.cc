#include "daemon/messages.h"

#include <gtest/gtest.h>

#include "core/canary/canary.h"

namespace cflt::daemon {
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

TEST(SafeText, SecretAtTheEndIsMasked) {
  const std::string secret = canary::Canaries(6).next_secret();
  EXPECT_EQ(safe_text(secret), "cflt****");
  EXPECT_EQ(safe_text(secret.substr(0, 60)), "cflt****");
}

}  // namespace
}  // namespace cflt::daemon
