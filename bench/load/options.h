// The command line of cflt_load: a verb, its words, and `--name value` pairs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/net.h"

namespace cflt::load {

class Options {
 public:
  /// Throws a LoadError where a name has no value.
  Options(int argc, char** argv);

  /// The word at `index` (0 is the verb); LoadError, naming it, if missing.
  const std::string& word(std::size_t index, std::string_view name) const;

  /// The value of --name, or `fallback`; LoadError where it is no number.
  std::uint64_t number(std::string_view name, std::uint64_t fallback) const;

  /// The value of --name, or nothing.
  std::string text(std::string_view name) const;

  /// The transport that a word names: tcp or udp.
  Transport transport(std::size_t index) const;

 private:
  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> values_;
};

/// Writes a line of JSON of numbers to stdout, at once.
void report(std::initializer_list<std::pair<const char*, std::int64_t>> facts);

/// All of a file.
std::string read_file(const std::string& path);

}  // namespace cflt::load
