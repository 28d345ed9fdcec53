// What was read, and where it stands: settings before the checks across.
#pragma once

#include <string>
#include <vector>

#include "config/document.h"
#include "config/settings.h"

namespace cflt::config {

struct SourceDraft {
  Source source;
  Position at;          // its name
  Position address_at;  // meaningless without an address
};

/// A name of a source, or a glob over names.
struct Input {
  std::string pattern;
  Position at;
};

struct SinkDraft {
  Sink sink;
  Position at;  // its name
  Position address_at;
  Position size_at;
  std::vector<Input> inputs;
  bool inputs_known = true;
  bool size_known = true;
};

struct Draft {
  Service service;
  Position admin_at;
  Position memory_limit_at;
  bool memory_known = true;  // memory_limit and workers
  stream::Options rules;
  std::vector<SourceDraft> sources;
  std::vector<SinkDraft> sinks;
};

/// Limits of what a user may ask for.
inline constexpr std::uint64_t kLeastLength = 512;  // docs/records.md, 2
inline constexpr std::uint64_t kMostLength = 64 << 20;
inline constexpr std::uint64_t kLeastBuffer = 4 << 10;
inline constexpr std::uint64_t kMostBuffer = std::uint64_t{1} << 40;
inline constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 50;
inline constexpr std::uint32_t kMostWorkers = 256;

/// Read parts of a document; what is wrong is complained about, and left at
/// its default.
SourceDraft read_source(const DocumentNode& node, Report& report);
SinkDraft read_sink(const DocumentNode& node, Report& report);
void read_service(const DocumentNode& node, Draft& draft, Report& report);
void read_redact(const DocumentNode& node, Draft& draft, Report& report);
Draft read_draft(const DocumentNode& root, Report& report);

/// Complains about a name that is none, and about a mode without quotes.
void check_name(const DocumentNode& node, Report& report);
void check_mode(const DocumentNode& node, Report& report);

}  // namespace cflt::config
