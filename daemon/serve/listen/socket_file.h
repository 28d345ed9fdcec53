// The files of unix sockets: ours, and what stood in their place.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace cflt::serve::listen {

/// A unix socket's file, as it was made: removed with this, unless another has
/// taken its place.
class SocketFile {
 public:
  SocketFile() = default;  // none
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept { *this = std::move(other); }
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile();

  /// Whether it is this file.
  bool is(const struct stat& status) const;
  /// Whether it is still where it was made.
  bool is_there() const;

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

/// A file that had to make way for ours. It comes back with the end of this,
/// unless it is let go, or another stands there.
class FileSetAside {
 public:
  FileSetAside() = default;  // none
  /// Renames it within its folder.
  explicit FileSetAside(std::string path);
  FileSetAside(FileSetAside&& other) noexcept { *this = std::move(other); }
  FileSetAside& operator=(FileSetAside&& other) noexcept;
  ~FileSetAside();

  /// Removes it for good.
  void let_go();

 private:
  std::string path_;
  std::string aside_;  // empty: none
};

}  // namespace cflt::serve::listen
