#include "daemon/base/cgroup.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cflt::base {
namespace {

namespace fs = std::filesystem;

/// A line of /proc/self/cgroup: "0::/a/b", or "4:cpu,cpuacct:/a/b".
struct Membership {
  std::string controllers;  // empty: version 2
  fs::path group;
};

std::vector<Membership> memberships(const fs::path& root) {
  std::vector<Membership> found;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    found.push_back(
        {line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return found;
}

bool has_controller(const std::string& list, std::string_view name) {
  return ("," + list + ",").find("," + std::string(name) + ",") !=
         std::string::npos;
}

/// Calls `visit` for the group's folder and each above it, up to `mount`.
template <typename Visit>
void climb(const fs::path& mount, const fs::path& group, Visit visit) {
  // Seen from inside a namespace, groups outside of it begin with "/..".
  fs::path below = group.lexically_normal().relative_path();
  if (!below.empty() && *below.begin() == "..") below.clear();
  for (; !below.empty(); below = below.parent_path()) visit(mount / below);
  visit(mount);
}

/// The words in a file; none where there is no such file.
std::vector<std::string> words_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> words;
  for (std::string word; file >> word;) words.push_back(word);
  return words;
}

/// None for "max", "-1" and what is no number.
std::optional<std::uint64_t> number(const std::string& word) {
  std::uint64_t value = 0;
  const char* end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> number_in(const fs::path& path) {
  const auto words = words_of(path);
  return words.empty() ? std::nullopt : number(words[0]);
}

template <typename T>
void lower(std::optional<T>& limit, std::optional<T> other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

std::optional<double> ratio(std::optional<std::uint64_t> quota,
                            std::optional<std::uint64_t> period) {
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// Version 2: cpu.max is "QUOTA PERIOD" or "max PERIOD", in microseconds.
void read_v2(const fs::path& folder, CgroupLimits& limits) {
  const auto cpu = words_of(folder / "cpu.max");
  if (cpu.size() == 2)
    lower(limits.cpus, ratio(number(cpu[0]), number(cpu[1])));
  lower(limits.memory_bytes, number_in(folder / "memory.max"));
}

void read_v1_cpu(const fs::path& folder, CgroupLimits& limits) {
  lower(limits.cpus, ratio(number_in(folder / "cpu.cfs_quota_us"),
                           number_in(folder / "cpu.cfs_period_us")));
}

void read_v1_memory(const fs::path& folder, CgroupLimits& limits) {
  // "No limit" is the largest number of pages.
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;
  const auto bytes = number_in(folder / "memory.limit_in_bytes");
  if (bytes && *bytes < kNoLimit) lower(limits.memory_bytes, bytes);
}

void read_v1(const fs::path& mounts, const Membership& membership,
             CgroupLimits& limits) {
  const auto& [controllers, group] = membership;
  if (has_controller(controllers, "cpu")) {
    for (const std::string& mount : {controllers, std::string("cpu")}) {
      climb(mounts / mount, group,
            [&](const fs::path& folder) { read_v1_cpu(folder, limits); });
    }
  }
  if (has_controller(controllers, "memory")) {
    climb(mounts / "memory", group,
          [&](const fs::path& folder) { read_v1_memory(folder, limits); });
  }
}

}  // namespace

CgroupLimits read_cgroup_limits(const fs::path& root) {
  CgroupLimits limits;
  const fs::path mounts = root / "sys/fs/cgroup";
  for (const Membership& membership : memberships(root)) {
    if (membership.controllers.empty()) {
      climb(mounts, membership.group,
            [&](const fs::path& folder) { read_v2(folder, limits); });
    } else {
      read_v1(mounts, membership, limits);
    }
  }
  return limits;
}

std::optional<std::uint64_t> cgroup_memory_bytes() {
  return read_cgroup_limits().memory_bytes;
}

unsigned usable_cpu_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails where there are more than 1024; then they are all counted.
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

unsigned worker_count(const CgroupLimits& limits, unsigned usable_cpus) {
  const double most = std::max(1U, usable_cpus);
  const double cpus = limits.cpus.value_or(most);
  return static_cast<unsigned>(std::clamp(cpus, 1.0, most));
}

unsigned worker_count_for_this_machine() {
  return worker_count(read_cgroup_limits(), usable_cpu_count());
}

}  // namespace cflt::base
