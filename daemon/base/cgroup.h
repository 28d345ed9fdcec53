// How much of this machine is ours: what the control groups, of version 1 or
// 2, and the scheduler leave to this process.
//
// A limit may stand in any group between ours and the root; the least holds.
// In a container the paths that /proc names may be those of the host: what is
// not there is passed over, and the root of the mount is always read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace cflt::base {

struct CgroupLimits {
  /// CPU time per time; 0.5 is half a CPU. None: no limit.
  std::optional<double> cpus;
  std::optional<std::uint64_t> memory_bytes;
};

/// `root` holds proc/self/cgroup and sys/fs/cgroup; other than "/" for tests.
/// What cannot be read is no limit.
CgroupLimits read_cgroup_limits(const std::filesystem::path& root = "/");

/// The memory limit alone.
std::optional<std::uint64_t> cgroup_memory_bytes();

/// CPUs that this thread may run on (sched_setaffinity, cpusets); at least 1.
unsigned usable_cpu_count();

/// Workers that can all run at once: rounded down, since a group over its
/// quota stands still for tens of milliseconds; at least 1.
unsigned worker_count(const CgroupLimits& limits, unsigned usable_cpus);

unsigned worker_count_for_this_machine();

}  // namespace cflt::base
