#include "daemon/serve/cgroup.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace cflt::daemon {
namespace {

namespace fs = std::filesystem;

class Cgroup : public testing::Test {
 protected:
  Cgroup() {
    std::string name = (fs::temp_directory_path() / "cgroup.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Cgroup() override { fs::remove_all(folder_); }

  void write(const fs::path& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  std::optional<std::uint64_t> limit() {
    return cgroup_memory_bytes({folder_ / "root", folder_ / "own"});
  }

 private:
  fs::path folder_;
};

TEST_F(Cgroup, LeastOfTheGroupAndThoseAboveHolds) {
  write("own", "0::/a/b\n");
  write("root/a/memory.max", "1000\n");
  write("root/a/b/memory.max", "2000\n");
  EXPECT_EQ(limit(), 1000U);
}

TEST_F(Cgroup, MaxIsNoLimit) {
  write("own", "0::/a\n");
  write("root/a/memory.max", "max\n");
  EXPECT_EQ(limit(), std::nullopt);
}

TEST_F(Cgroup, ContainerSeesItsOwnAtTheRoot) {
  write("own", "0::/../../elsewhere\n");
  write("root/memory.max", "3000\n");
  EXPECT_EQ(limit(), 3000U);
}

TEST_F(Cgroup, Version1HasAFolderForMemory) {
  write("own", "5:cpu,cpuacct:/c\n4:memory:/m\n0::/\n");
  write("root/memory/m/memory.limit_in_bytes", "4000\n");
  write("root/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limit(), 4000U);
}

TEST_F(Cgroup, NothingToReadIsNoLimit) {
  EXPECT_EQ(limit(), std::nullopt);
  write("own", "nonsense\n0\n::\n");
  EXPECT_EQ(limit(), std::nullopt);
}

}  // namespace
}  // namespace cflt::daemon
