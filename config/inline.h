// Settings from the command line: --source and --sink without a file.
//
//   TYPE+ADDRESS[?key=value&...]   syslog+tcp://127.0.0.1:5514?framing=newline
//   stdin  stdout  blackhole  file:///PATH  file:/PATH
//
// Keys are those of the file; those of buffer and reconnect may stand without
// their map (max_size, when_full, initial, max). Lists have commas. Every sink
// takes all sources. Parts are called by type and number: syslog1, lines1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/loaded.h"

namespace cflt::config {

struct InlineWords {
  std::vector<std::string> sources;  // of --source
  std::vector<std::string> sinks;    // of --sink
  std::optional<std::string> workers;
  std::optional<std::string> admin;
  std::optional<std::string> memory_limit;
  stream::Options rules;

  bool empty() const { return sources.empty() && sinks.empty(); }
};

/// The same checks as for a file; a complaint's "file" is the option.
Loaded load_inline(const InlineWords& words, const Circumstances& now = {});

}  // namespace cflt::config
