#include "daemon/serve/worker/self_test.h"

#include <gtest/gtest.h>

namespace cflt::serve::worker {
namespace {

/// Redacts by one set of forms; its scanner looks for another.
std::string run(const stream::Options& options, scan::FamilySet families) {
  records::FramePool pool;
  auto scanner = scan::Scanner::make(families, nullptr);
  return SelfTest::run(std::make_shared<stream::Rules>(options),
                       std::make_shared<scan::Scanner>(std::move(*scanner)),
                       pool);
}

TEST(SelfTest, PassesForEachForm) {
  for (std::size_t i = 0; i < forms::kFormCount; ++i) {
    stream::Options options;
    options.forms = forms::FormSet().add(static_cast<forms::Form>(i));
    EXPECT_EQ(run(options, forms::families(options.forms)), "")
        << forms::kFormNames[i];
  }
}

TEST(SelfTest, PassesForAllForms) {
  EXPECT_EQ(run({}, forms::families(forms::FormSet::all())), "");
}

TEST(SelfTest, PassesWithMasksOfTheSameLength) {
  const stream::Options options{.mask = redact::MaskLength::kSame};
  EXPECT_EQ(run(options, forms::families(forms::FormSet::all())), "");
}

TEST(SelfTest, FailsWhereTheScannerIsBlindForAForm) {
  const auto blind = forms::families(forms::FormSet().add(forms::Form::kHex));
  for (const auto mask :
       {redact::MaskLength::kShort, redact::MaskLength::kSame}) {
    EXPECT_EQ(run({.mask = mask}, blind), "fake secret 1 of 14 was not masked");
  }
}

}  // namespace
}  // namespace cflt::serve::worker
