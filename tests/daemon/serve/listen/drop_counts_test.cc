#include "daemon/serve/listen/drop_counts.h"

#include <gtest/gtest.h>

namespace cflt::serve::listen {
namespace {

using BySource = std::map<std::string, std::uint64_t>;

TEST(DropCounts, ASourceHasWhatIsNewWhenItLeaves) {
  DropMark mark;
  DropCounts drops;
  drops.settle("one", mark, 5);
  EXPECT_EQ(mark.new_drops(5), 0U);
  EXPECT_EQ(mark.new_drops(7), 2U);
  drops.settle("two", mark, 7);
  EXPECT_EQ(drops.by_source(), (BySource{{"one", 5}, {"two", 2}}));
}

TEST(DropCounts, TheSocketsOfASourceAddUp) {
  DropMark one, other;
  DropCounts drops;
  drops.settle("app", one, 5);
  drops.settle("app", other, 3);
  drops.add("app", 1);
  EXPECT_EQ(drops.by_source(), (BySource{{"app", 9}}));
}

TEST(DropCounts, TheKernelsCountMayWrap) {
  DropMark mark;
  DropCounts drops;
  drops.settle("app", mark, 0xffff'fffe);
  EXPECT_EQ(mark.new_drops(3), 5U);
  drops.settle("app", mark, 3);
  EXPECT_EQ(drops.by_source(), (BySource{{"app", 0x1'0000'0003}}));
}

TEST(DropCounts, ASourceWithoutDropsIsThereToo) {
  DropMark mark;
  DropCounts drops;
  drops.settle("app", mark, 0);
  EXPECT_EQ(drops.by_source(), (BySource{{"app", 0}}));
}

TEST(DropMark, CopiesAreOne) {
  DropMark mark;
  const DropMark copy = mark;
  DropCounts().settle("app", mark, 5);
  EXPECT_EQ(copy.new_drops(7), 2U);
}

}  // namespace
}  // namespace cflt::serve::listen
