#include "config/cross_checks.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "config/address.h"
#include "config/memory.h"
#include "config/suggest.h"

namespace cflt::config {
namespace {

std::vector<std::string> source_names(const Draft& draft) {
  std::vector<std::string> names;
  for (const SourceDraft& each : draft.sources) {
    names.push_back(each.source.name);
  }
  return names;
}

/// Adds the sources that `input` names; whether there are any.
bool resolve_input(const Input& input, const std::vector<std::string>& names,
                   std::vector<std::string>& into, Report& report) {
  bool found = false;
  for (const std::string& name : names) {
    if (!matches(input.pattern, name)) continue;
    found = true;
    if (std::ranges::find(into, name) == into.end()) into.push_back(name);
  }
  if (found) return true;
  const bool glob = input.pattern.find_first_of("*?") != std::string::npos;
  const bool is_short = input.pattern.size() <= 64;
  report.error(
      input.at,
      fmt::format("inputs: {} {}{}", shown(input.pattern),
                  glob ? "matches no source" : "is not a source",
                  glob || !is_short ? "" : suggestion(input.pattern, names)));
  return false;
}

void check_inputs(Draft& draft, Report& report) {
  const auto names = source_names(draft);
  if (names.empty()) return;
  std::set<std::string> read;
  bool all_known = true;
  for (SinkDraft& each : draft.sinks) {
    all_known = all_known && each.inputs_known;
    for (const Input& input : each.inputs) {
      const bool found = resolve_input(input, names, each.sink.inputs, report);
      all_known = all_known && found;
    }
    read.insert(each.sink.inputs.begin(), each.sink.inputs.end());
  }
  if (!all_known) return;
  for (const SourceDraft& each : draft.sources) {
    if (read.contains(each.source.name)) continue;
    report.warn(each.at, fmt::format("no sink has source {} among its inputs; "
                                     "what it receives is dropped",
                                     shown(each.source.name)));
  }
}

void check_listeners(const Draft& draft, Report& report) {
  const auto& sources = draft.sources;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& address = sources[i].source.address;
    if (!address) continue;
    for (std::size_t k = 0; k < i; ++k) {
      const auto& other = sources[k].source.address;
      if (!other || !collide(*address, *other)) continue;
      report.error(
          sources[i].address_at,
          fmt::format("address: {} is taken by source {}", to_string(*address),
                      shown(sources[k].source.name)));
      break;
    }
    if (draft.service.admin && collide(*address, *draft.service.admin)) {
      report.error(sources[i].address_at,
                   fmt::format("address: {} is taken by service.admin",
                               to_string(*address)));
    }
  }
}

void check_loops(const Draft& draft, Report& report) {
  for (const SinkDraft& sink : draft.sinks) {
    for (const SourceDraft& source : draft.sources) {
      if (!sink.sink.address || !source.source.address ||
          !reaches(*sink.sink.address, *source.source.address)) {
        continue;
      }
      report.error(sink.address_at,
                   fmt::format("address: {} is our own source {}: a loop",
                               to_string(*sink.sink.address),
                               shown(source.source.name)));
    }
  }
}

/// Standard streams and files have one user each.
void check_sole_users(const Draft& draft, Report& report) {
  int stdins = 0;
  for (const SourceDraft& each : draft.sources) {
    if (each.source.type == SourceType::kStdin && ++stdins > 1) {
      report.error(each.at, "a second source of type stdin; there is only one");
    }
  }
  int stdouts = 0;
  std::set<std::string> paths;
  for (const SinkDraft& each : draft.sinks) {
    const Sink& sink = each.sink;
    if (sink.type == SinkType::kStdout && ++stdouts > 1) {
      report.error(each.at, "a second sink of type stdout; there is only one");
    }
    if (sink.type == SinkType::kFile && !sink.path.empty() &&
        !paths.insert(sink.path).second) {
      report.error(each.at, fmt::format("path: another sink writes {}",
                                        shown(sink.path)));
    }
  }
}

std::vector<Source> sources_of(const Draft& draft) {
  std::vector<Source> sources;
  for (const auto& each : draft.sources) sources.push_back(each.source);
  return sources;
}

std::vector<Sink> sinks_of(const Draft& draft) {
  std::vector<Sink> sinks;
  for (const auto& each : draft.sinks) sinks.push_back(each.sink);
  return sinks;
}

void check_memory(const Draft& draft, Report& report) {
  const bool known = draft.memory_known &&
                     std::ranges::all_of(draft.sinks, &SinkDraft::size_known);
  if (!known) return;
  const auto sinks = sinks_of(draft);
  const auto need =
      memory_need(draft.service.workers, sources_of(draft), sinks);
  if (draft.service.memory_limit_bytes >= need.needed_bytes()) return;
  std::string buffers;
  for (const Sink& sink : sinks) {
    buffers += fmt::format("{}{} ({})", buffers.empty() ? "" : " + ",
                           size_text(sink.max_size_bytes), shown(sink.name));
  }
  report.error(
      draft.memory_limit_at,
      fmt::format("memory_limit: {} is less than the {} that may be "
                  "needed: buffers {}, workers {}, partial records "
                  "{}",
                  size_text(draft.service.memory_limit_bytes),
                  size_text(need.needed_bytes()), buffers,
                  size_text(need.worker_bytes), size_text(need.partial_bytes)));
}

/// A record that no buffer can take would never leave.
void check_lengths(const Draft& draft, Report& report) {
  for (const SinkDraft& sink : draft.sinks) {
    for (const SourceDraft& source : draft.sources) {
      const auto& inputs = sink.sink.inputs;
      if (!sink.size_known ||
          std::ranges::find(inputs, source.source.name) == inputs.end() ||
          source.source.max_length_bytes <= sink.sink.max_size_bytes) {
        continue;
      }
      report.warn(sink.size_at,
                  fmt::format("max_size: {} is less than the longest record of "
                              "source {} (max_length {})",
                              size_text(sink.sink.max_size_bytes),
                              shown(source.source.name),
                              size_text(source.source.max_length_bytes)));
    }
  }
}

}  // namespace

bool matches(const std::string& pattern, const std::string& name) {
  // Neither stands in a name; fnmatch(3) would make more of them.
  constexpr std::string_view kNotInNames("[\0", 2);
  if (pattern.find_first_of(kNotInNames) != std::string::npos) return false;
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

void check_across(Draft& draft, Report& report) {
  check_inputs(draft, report);
  check_listeners(draft, report);
  check_loops(draft, report);
  check_sole_users(draft, report);
  check_memory(draft, report);
  check_lengths(draft, report);
}

}  // namespace cflt::config
