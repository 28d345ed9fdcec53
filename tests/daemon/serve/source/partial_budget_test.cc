#include "daemon/serve/source/partial_budget.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace cflt::serve::source {
namespace {

TEST(PartialBudget, GivesUpTheOldestFirst) {
  PartialBudget budget(100);
  std::string given_up;
  std::unique_ptr<PartialBudget::Share> old, young;
  old = std::make_unique<PartialBudget::Share>(budget, [&] {
    given_up += "old";
    old->hold(0);
  });
  young = std::make_unique<PartialBudget::Share>(budget, [&] {
    given_up += "young";
    young->hold(0);
  });
  old->hold(60);
  young->hold(40);
  EXPECT_EQ(given_up, "");
  young->hold(41);
  EXPECT_EQ(given_up, "old");
  EXPECT_EQ(budget.used_bytes(), 41U);
}

/// A busy sender's record is young, however long it has been busy.
TEST(PartialBudget, ARecordThatBeginsAnewIsTheYoungest) {
  PartialBudget budget(100);
  std::string given_up;
  std::unique_ptr<PartialBudget::Share> busy, slow;
  busy = std::make_unique<PartialBudget::Share>(budget, [&] {
    given_up += "busy";
    busy->hold(0);
  });
  slow = std::make_unique<PartialBudget::Share>(budget, [&] {
    given_up += "slow";
    slow->hold(0);
  });
  busy->hold(50);
  slow->hold(50);
  busy->begin_anew();
  busy->hold(51);
  EXPECT_EQ(given_up, "slow");
}

TEST(PartialBudget, OneThatIsTooLargeByItselfIsGivenUp) {
  PartialBudget budget(100);
  std::unique_ptr<PartialBudget::Share> share;
  bool given_up = false;
  share = std::make_unique<PartialBudget::Share>(budget, [&] {
    given_up = true;
    share->hold(0);
  });
  share->hold(101);
  EXPECT_TRUE(given_up);
  EXPECT_EQ(budget.used_bytes(), 0U);
}

}  // namespace
}  // namespace cflt::serve::source
