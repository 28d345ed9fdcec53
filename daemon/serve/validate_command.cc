#include "daemon/serve/validate_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "config/address.h"
#include "config/load.h"
#include "config/memory.h"
#include "config/values.h"
#include "daemon/base/cgroup.h"
#include "daemon/base/io.h"
#include "daemon/base/messages.h"
#include "daemon/serve/control/tell_complaints.h"

namespace cflt::serve {
namespace {

using config::size_text;

/// What the program takes beside what memory_limit counts: code, the pattern
/// database, stacks, metrics.
constexpr std::uint64_t kBaseBytes = 32 << 20;

/// What all connections could hold of records that are not complete, if
/// memory_limit let them.
std::uint64_t partial_bytes(const config::Source& source) {
  const bool connects = source.address && !config::is_datagram(*source.address);
  return source.max_length_bytes * (connects ? source.connection_limit : 1);
}

std::string memory_text(const config::Settings& settings) {
  const auto need = config::memory_need(settings.service.workers,
                                        settings.sources, settings.sinks);
  // Less than is needed only where the environment is left out.
  const std::uint64_t limit =
      std::max(settings.service.memory_limit_bytes, need.needed_bytes());
  std::uint64_t partial = 0;
  for (const auto& source : settings.sources) partial += partial_bytes(source);
  partial = std::min(std::max(partial, need.partial_bytes),
                     limit - need.buffer_bytes - need.worker_bytes);
  return fmt::format(
      "memory at worst: {} (memory_limit {}, the program itself about {})\n"
      "  of memory_limit: buffers of sinks {}, workers {}, incomplete records "
      "{}\n",
      size_text(limit + kBaseBytes), size_text(limit), size_text(kBaseBytes),
      size_text(need.buffer_bytes), size_text(need.worker_bytes),
      size_text(partial));
}

/// Whether a cgroup would end the daemon before memory_limit holds it.
void warn_above_cgroup(const config::Settings& settings,
                       const std::string& path) {
  const auto allowed = base::cgroup_memory_bytes();
  const std::uint64_t worst = settings.service.memory_limit_bytes + kBaseBytes;
  if (!allowed || worst <= *allowed) return;
  base::tell(
      fmt::format("{}: warning: needs up to {}, but this cgroup allows {}; "
                  "lower memory_limit, or raise the cgroup's limit",
                  path, size_text(worst), size_text(*allowed)));
}

}  // namespace

base::ExitCode run_validate(const ValidateOptions& options) {
  const auto loaded = config::load_file(
      options.config_path,
      options.no_environment ? config::Lookup()
                             : config::Lookup(config::from_environment),
      {.auto_workers = base::worker_count_for_this_machine()});
  control::tell_complaints(loaded);
  if (!loaded.settings) return base::kExitConfig;
  warn_above_cgroup(*loaded.settings, options.config_path);
  std::string text = fmt::format("{}: OK", options.config_path);
  if (loaded.unresolved_count > 0) {
    text += fmt::format(" (not checked: {} with an environment variable)",
                        loaded.unresolved_count);
  }
  text = base::safe_text(text) + "\n" + memory_text(*loaded.settings);
  return base::print(text) ? base::kExitClean : base::kExitError;
}

}  // namespace cflt::serve
