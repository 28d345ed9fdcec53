#include "daemon/base/cgroup.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace cflt::base {
namespace {

namespace fs = std::filesystem;

class CgroupTest : public testing::Test {
 protected:
  CgroupTest() {
    std::string path = (fs::temp_directory_path() / "cgroup.XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) std::abort();
    root_ = path;
  }
  ~CgroupTest() override { fs::remove_all(root_); }

  void member_of(const std::string& lines) const {
    write("proc/self/cgroup", lines);
  }

  /// A file below the mounts of the control groups.
  void limit(const std::string& path, const std::string& text) const {
    write("sys/fs/cgroup/" + path, text + "\n");
  }

  CgroupLimits limits() const { return read_cgroup_limits(root_); }

 private:
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(CgroupTest, NothingThereIsNoLimit) {
  EXPECT_EQ(limits().cpus, std::nullopt);
  EXPECT_EQ(limits().memory_bytes, std::nullopt);
}

TEST_F(CgroupTest, Version2GroupHasItsLimits) {
  member_of("0::/system.slice/cflt-redact.service\n");
  limit("system.slice/cflt-redact.service/cpu.max", "150000 100000");
  limit("system.slice/cflt-redact.service/memory.max", "268435456");
  EXPECT_EQ(limits().cpus, 1.5);
  EXPECT_EQ(limits().memory_bytes, 268435456U);
}

TEST_F(CgroupTest, MaxIsNoLimit) {
  member_of("0::/a\n");
  limit("a/cpu.max", "max 100000");
  limit("a/memory.max", "max");
  EXPECT_EQ(limits().cpus, std::nullopt);
  EXPECT_EQ(limits().memory_bytes, std::nullopt);
}

TEST_F(CgroupTest, LeastOfNestedGroupsHolds) {
  member_of("0::/a/b/c\n");
  limit("a/b/c/cpu.max", "400000 100000");
  limit("a/b/c/memory.max", "1000");
  limit("a/b/cpu.max", "100000 50000");
  limit("a/memory.max", "2000");
  limit("a/cpu.max", "max 100000");
  EXPECT_EQ(limits().cpus, 2.0);
  EXPECT_EQ(limits().memory_bytes, 1000U);
}

TEST_F(CgroupTest, SiblingsDoNotCount) {
  member_of("0::/a/b\n");
  limit("a/other/cpu.max", "10000 100000");
  limit("a/b/inner/memory.max", "1");
  EXPECT_EQ(limits().cpus, std::nullopt);
  EXPECT_EQ(limits().memory_bytes, std::nullopt);
}

TEST_F(CgroupTest, ContainerSeesItsLimitsAtTheRoot) {
  limit("cpu.max", "200000 100000");
  for (const char* group : {"0::/\n", "0::/docker/0123\n", "0::/../../x\n"}) {
    member_of(group);
    EXPECT_EQ(limits().cpus, 2.0) << group;
  }
}

TEST_F(CgroupTest, Version1ControllersHaveTheirOwnMounts) {
  member_of("5:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n0::/docker/1\n");
  limit("cpu,cpuacct/docker/1/cpu.cfs_quota_us", "50000");
  limit("cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000");
  limit("memory/memory.limit_in_bytes", "1048576");
  EXPECT_EQ(limits().cpus, 0.5);
  EXPECT_EQ(limits().memory_bytes, 1048576U);
}

TEST_F(CgroupTest, Version1MountMayBeNamedCpuAlone) {
  member_of("4:cpuacct,cpu:/\n");
  limit("cpu/cpu.cfs_quota_us", "300000");
  limit("cpu/cpu.cfs_period_us", "100000");
  EXPECT_EQ(limits().cpus, 3.0);
}

TEST_F(CgroupTest, Version1HasItsOwnWordsForNoLimit) {
  member_of("5:memory:/\n4:cpu:/\n");
  limit("cpu/cpu.cfs_quota_us", "-1");
  limit("cpu/cpu.cfs_period_us", "100000");
  limit("memory/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(limits().cpus, std::nullopt);
  EXPECT_EQ(limits().memory_bytes, std::nullopt);
}

TEST_F(CgroupTest, CpusetIsNotCpu) {
  member_of("4:cpuset:/\n");
  limit("cpu/cpu.cfs_quota_us", "1000");
  limit("cpu/cpu.cfs_period_us", "100000");
  EXPECT_EQ(limits().cpus, std::nullopt);
}

TEST_F(CgroupTest, GarbageIsNoLimit) {
  member_of("\n::\nx\n0::/a\n");
  for (const char* text : {"", "1", "0 0", "5 0", "-5 100", "x y", "1 2 3"}) {
    limit("a/cpu.max", text);
    limit("a/memory.max", "12k");
    EXPECT_EQ(limits().cpus, std::nullopt) << text;
    EXPECT_EQ(limits().memory_bytes, std::nullopt);
  }
}

TEST(WorkerCount, IsRoundedDownAndAtLeastOne) {
  EXPECT_EQ(worker_count({1.9, {}}, 8), 1U);
  EXPECT_EQ(worker_count({0.1, {}}, 8), 1U);
  EXPECT_EQ(worker_count({3.0, {}}, 8), 3U);
  EXPECT_EQ(worker_count({{}, {}}, 0), 1U);
}

TEST(WorkerCount, IsNotMoreThanTheCpus) {
  EXPECT_EQ(worker_count({{}, {}}, 8), 8U);
  EXPECT_EQ(worker_count({64.0, {}}, 8), 8U);
}

TEST(WorkerCount, AffinityCounts) {
  // In a thread of its own, whose affinity nobody misses.
  std::jthread([] {
    cpu_set_t set;
    ASSERT_EQ(::sched_getaffinity(0, sizeof set, &set), 0);
    EXPECT_EQ(usable_cpu_count(), static_cast<unsigned>(CPU_COUNT(&set)));
    const int some = ::sched_getcpu();
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(some), &set);
    ASSERT_EQ(::sched_setaffinity(0, sizeof set, &set), 0);
    EXPECT_EQ(usable_cpu_count(), 1U);
    EXPECT_EQ(worker_count_for_this_machine(), 1U);
  }).join();
}

}  // namespace
}  // namespace cflt::base
