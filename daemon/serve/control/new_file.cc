#include "daemon/serve/control/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "daemon/base/descriptor.h"

namespace cflt::serve::control {

std::optional<NewFile> NewFile::make(const std::string& path, mode_t mode) {
  const auto fd = base::Descriptor::own(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  struct stat status {};
  if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0) return std::nullopt;
  return NewFile(path, status.st_dev, status.st_ino);
}

NewFile::NewFile(std::string path, dev_t device, ino_t inode)
    : path_(std::move(path)), device_(device), inode_(inode) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

NewFile::~NewFile() {
  struct stat status {};
  if (path_.empty() || ::lstat(path_.c_str(), &status) != 0) return;
  const bool is_it = status.st_dev == device_ && status.st_ino == inode_;
  if (is_it && status.st_size == 0) ::unlink(path_.c_str());
}

}  // namespace cflt::serve::control
