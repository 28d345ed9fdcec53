#include "bench/load/options.h"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace cflt::load {

Options::Options(int argc, char** argv) {
  for (int index = 1; index < argc; ++index) {
    const std::string_view word = argv[index];
    if (!word.starts_with("--")) {
      words_.emplace_back(word);
    } else if (++index < argc) {
      values_.emplace(word.substr(2), argv[index]);
    } else {
      throw LoadError(std::string(word) + " has no value");
    }
  }
}

const std::string& Options::word(std::size_t index,
                                 std::string_view name) const {
  if (index >= words_.size()) {
    throw LoadError("no " + std::string(name) + " given");
  }
  return words_[index];
}

std::uint64_t Options::number(std::string_view name,
                              std::uint64_t fallback) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return fallback;
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) {
    throw LoadError("not a number: --" + found->first + " " + text);
  }
  return value;
}

std::string Options::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

Transport Options::transport(std::size_t index) const {
  const std::string& name = word(index, "transport");
  if (name == "tcp") return Transport::kTcp;
  if (name == "udp") return Transport::kUdp;
  throw LoadError("not a transport: " + name + " (there are tcp and udp)");
}

void report(std::initializer_list<std::pair<const char*, std::int64_t>> facts) {
  const char* before = "{";
  for (const auto& [name, value] : facts) {
    std::printf("%s\"%s\": %lld", before, name, static_cast<long long>(value));
    before = ", ";
  }
  std::puts("}");
  std::fflush(stdout);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) throw LoadError("no file " + path);
  return content.str();
}

}  // namespace cflt::load
