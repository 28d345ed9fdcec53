#include "daemon/serve/listen/socket_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace cflt::serve::listen {

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

SocketFile::~SocketFile() {
  if (!path_.empty() && is_there()) ::unlink(path_.c_str());
}

bool SocketFile::is(const struct stat& status) const {
  return status.st_dev == device_ && status.st_ino == inode_;
}

bool SocketFile::is_there() const {
  struct stat status {};
  return ::lstat(path_.c_str(), &status) == 0 && is(status);
}

FileSetAside::FileSetAside(std::string path)
    : path_(std::move(path)),
      aside_(fmt::format("{}.{}.old", path_, ::getpid())) {
  if (::rename(path_.c_str(), aside_.c_str()) != 0) aside_.clear();
}

FileSetAside& FileSetAside::operator=(FileSetAside&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(aside_, other.aside_);
  return *this;
}

FileSetAside::~FileSetAside() {
  struct stat status {};
  if (aside_.empty()) return;
  if (::lstat(path_.c_str(), &status) == 0) {
    let_go();
  } else {
    ::rename(aside_.c_str(), path_.c_str());
  }
}

void FileSetAside::let_go() {
  if (!aside_.empty()) ::unlink(aside_.c_str());
  aside_.clear();
}

}  // namespace cflt::serve::listen
