// A file that a reload makes, and that a refused one leaves nothing of.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace cflt::serve::control {

class NewFile {
 public:
  /// An empty file with `mode`, less the umask, where there was none; nothing
  /// where there is one, or a link, or where none can be made.
  static std::optional<NewFile> make(const std::string& path, mode_t mode);

  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  /// Removes it, unless it was kept, somebody has written to it, or another has
  /// taken its place.
  ~NewFile();

  void keep() { path_.clear(); }

 private:
  NewFile(std::string path, dev_t device, ino_t inode);

  std::string path_;  // empty: kept
  dev_t device_;
  ino_t inode_;
};

}  // namespace cflt::serve::control
