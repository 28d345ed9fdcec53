#include "core/canary/canary.h"

#include <set>

#include "tests/support/harness.h"

namespace cflt::canary {
namespace {

using forms::Form;

TEST(Canaries, SameSeedMakesTheSame) {
  Canaries a(7);
  Canaries b(7);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(a.next_secret(), b.next_secret());
}

TEST(Canaries, AllAreDifferent) {
  Canaries canaries(1);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(canaries.next_secret());
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(Canaries, EveryFormIsFoundAsThatFormByCoreAndReference) {
  Canaries canaries(2);
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    const auto form = static_cast<Form>(i);
    for (int k = 0; k < 50; ++k) {
      const std::string text = canaries.next(form) + "\n";
      const auto outcome = test::redact_whole(text);
      const std::map<std::string, std::uint64_t> expected = {
          {std::string(forms::name(form)), 1}};
      EXPECT_EQ(outcome.found, expected) << text;
      EXPECT_EQ(outcome, test::redact_by_reference(text));
    }
  }
}

TEST(ToBase64, AgreesWithRfc4648) {  // section 10
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace cflt::canary
