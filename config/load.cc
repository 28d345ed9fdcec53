#include "config/load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

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

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Opening a pipe waits for its writer, where one may wait.
File open_file(const std::string& path, bool at_once) {
  const int fd = path == "-"
                     ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC |
                                                (at_once ? O_NONBLOCK : 0));
  return {fd < 0 ? nullptr : ::fdopen(fd, "r"), std::fclose};
}

/// What a source of stdin would read is gone.
void refuse_stdin_twice(Loaded& loaded) {
  if (!loaded.settings) return;
  for (const Source& source : loaded.settings->sources) {
    if (source.type != SourceType::kStdin) continue;
    loaded.errors.push_back({"stdin", 0, 0,
                             "source " + source.name +
                                 " reads stdin, which is this configuration"});
  }
  if (!loaded.errors.empty()) loaded.settings.reset();
}

bool is_regular(std::FILE& file) {
  struct stat status {};
  return ::fstat(::fileno(&file), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Loaded load_text(const std::string& text, const std::string& file,
                 const Lookup& lookup, const Circumstances& now) {
  Report report({file});
  std::size_t unresolved_count = 0;
  auto root = parse_document(text, 0, report);
  if (root) unresolved_count = fill_in(*root, lookup, report);
  Loaded loaded = assemble(root, report, now);
  loaded.unresolved_count = lookup ? 0 : unresolved_count;
  return loaded;
}

Loaded load_file(const std::string& path, const Lookup& lookup,
                 const Circumstances& now) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "stdin" : path;
  const File file = open_file(path, now.is_reload);
  if (!file) return failed(name, std::strerror(errno));
  if (now.is_reload && (is_stdin || !is_regular(*file))) {
    return failed(name,
                  "is not a regular file: it was read once, at the start; to "
                  "reload, start with -c FILE");
  }
  std::string text(kLargestFile + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return failed(name, std::strerror(errno));
  if (text.size() > kLargestFile) return failed(name, "has more than 1 MiB");
  Loaded loaded = load_text(text, name, lookup, now);
  if (is_stdin) refuse_stdin_twice(loaded);
  return loaded;
}

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace cflt::config
