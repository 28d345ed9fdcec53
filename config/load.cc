#include "config/load.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "config/assemble.h"
#include "config/document.h"

namespace cflt::config {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

Loaded failed(const std::string& path, const std::string& why) {
  Loaded loaded;
  loaded.errors.push_back({path, 0, 0, why});
  return loaded;
}

}  // namespace

Loaded load_text(const std::string& text, const std::string& file,
                 const Lookup& lookup) {
  Report report({file});
  std::size_t unresolved_count = 0;
  auto root = parse_document(text, 0, report);
  if (root) unresolved_count = fill_in(*root, lookup, report);
  Loaded loaded = assemble(root, report);
  loaded.unresolved_count = lookup ? 0 : unresolved_count;
  return loaded;
}

Loaded load_file(const std::string& path, const Lookup& lookup) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return failed(path, std::strerror(errno));
  std::string text(kLargestFile + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return failed(path, std::strerror(errno));
  if (text.size() > kLargestFile) return failed(path, "has more than 1 MiB");
  return load_text(text, path, lookup);
}

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace cflt::config
