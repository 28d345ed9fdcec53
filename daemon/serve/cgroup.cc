#include "daemon/serve/cgroup.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace cflt::daemon {
namespace {

namespace fs = std::filesystem;

/// Version 1 says "no limit" with the largest number of whole pages.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 62;

/// A controller's folder below the root, and its file's name.
struct Hierarchy {
  fs::path mount;  // "" or "memory"
  fs::path group;  // relative to the mount
  const char* file;
};

/// A line of /proc/self/cgroup, "ID:CONTROLLERS:/PATH": version 2 has none,
/// version 1 has the controller "memory".
std::optional<Hierarchy> parse_line(const std::string& line) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) {
    return std::nullopt;
  }
  const std::string controllers =
      "," + line.substr(first + 1, second - first - 1) + ",";
  const fs::path group = fs::path(line.substr(second + 1)).relative_path();
  if (controllers == ",,") return Hierarchy{"", group, "memory.max"};
  if (controllers.find(",memory,") == std::string::npos) return std::nullopt;
  return Hierarchy{"memory", group, "memory.limit_in_bytes"};
}

std::optional<std::uint64_t> read_limit(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t bytes = 0;
  if (!(file >> bytes) || bytes >= kNoLimit) return std::nullopt;
  return bytes;
}

/// The least of a group and those above it, up to the mount. (In a container
/// the group may not be there, and the mount is its own.)
std::uint64_t least_limit(const fs::path& root, const Hierarchy& hierarchy) {
  const fs::path mount = root / hierarchy.mount;
  std::uint64_t least = read_limit(mount / hierarchy.file).value_or(kNoLimit);
  fs::path group = mount;
  for (const fs::path& part : hierarchy.group) {
    group /= part;
    least =
        std::min(least, read_limit(group / hierarchy.file).value_or(kNoLimit));
  }
  return least;
}

}  // namespace

std::optional<std::uint64_t> cgroup_memory_bytes(const CgroupPaths& paths) {
  std::ifstream own(paths.own);
  std::uint64_t least = kNoLimit;
  for (std::string line; std::getline(own, line);) {
    const auto hierarchy = parse_line(line);
    if (hierarchy) least = std::min(least, least_limit(paths.root, *hierarchy));
  }
  if (least == kNoLimit) return std::nullopt;
  return least;
}

}  // namespace cflt::daemon
