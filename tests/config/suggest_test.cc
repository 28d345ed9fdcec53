#include "config/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace cflt::config {
namespace {

const std::vector<std::string> kWords = {"--check", "--stats", "--output",
                                         "--forms"};

TEST(Nearest, TyposFindTheirWord) {
  EXPECT_EQ(nearest("--chekc", kWords), "--check");
  EXPECT_EQ(nearest("--stat", kWords), "--stats");
  EXPECT_EQ(nearest("--ouput", kWords), "--output");
  EXPECT_EQ(nearest("--form", kWords), "--forms");
}

TEST(Nearest, OtherWordsFindNothing) {
  EXPECT_FALSE(nearest("--verbose", kWords));
  EXPECT_FALSE(nearest("", kWords));
}

TEST(Suggestion, IsEmptyOrAQuestion) {
  EXPECT_EQ(suggestion("--chekc", kWords), "; did you mean --check?");
  EXPECT_EQ(suggestion("--verbose", kWords), "");
}

}  // namespace
}  // namespace cflt::config
