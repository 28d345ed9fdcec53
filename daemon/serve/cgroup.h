// What the cgroup of this process allows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace cflt::daemon {

/// Where to look; tests look elsewhere.
struct CgroupPaths {
  std::filesystem::path root = "/sys/fs/cgroup";
  std::filesystem::path own = "/proc/self/cgroup";
};

/// The least memory limit of our cgroup and those above it, version 2 or 1;
/// none where nothing limits us, or nothing can be read.
std::optional<std::uint64_t> cgroup_memory_bytes(const CgroupPaths& paths = {});

}  // namespace cflt::daemon
