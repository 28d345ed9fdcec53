#include "daemon/find/walker.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "daemon/base/system_error.h"

namespace cflt::find {
namespace {

WalkItem problem(std::string path, std::string reason) {
  return {WalkItem::Kind::kProblem, std::move(path), nullptr, "",
          std::move(reason)};
}

/// As readdir() says it, where the file system does not.
unsigned char type_of(int directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return DT_REG;  // to open it will fail, and say why
  }
  return static_cast<unsigned char>(IFTODT(status.st_mode));
}

bool is_dots(const std::string& name) { return name == "." || name == ".."; }

std::string with_slash(const std::string& path) {
  return path.ends_with('/') ? path : path + '/';
}

bool is_proc(int fd) {
  struct statfs status {};
  return ::fstatfs(fd, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

/// Not named by the user.
bool is_met(int open_flags) { return (open_flags & O_NOFOLLOW) != 0; }

}  // namespace

std::string special_type(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "";
    case S_IFIFO:
      return "a fifo";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
    case S_IFBLK:
      return "a device";
    default:
      return "no regular file";
  }
}

std::optional<WalkItem> Walker::next() {
  for (;;) {
    std::optional<WalkItem> item;
    if (levels_.empty()) {
      if (next_path_ == paths_.size()) return std::nullopt;
      const std::string& path = paths_[next_path_++];
      item = take_named(path);
    } else if (levels_.back().entries.empty()) {
      levels_.pop_back();
    } else {
      item = take_entry(levels_.back());
    }
    if (item) return item;
  }
}

/// A directory is entered, all else is for whoever opens it.
std::optional<WalkItem> Walker::take_named(const std::string& path) {
  struct stat status {};
  const bool is_directory = path != "-" && ::stat(path.c_str(), &status) == 0 &&
                            S_ISDIR(status.st_mode);
  WalkItem named{WalkItem::Kind::kNamed, path, nullptr, "", ""};
  if (!is_directory) return named;
  if (const int error = enter(AT_FDCWD, path, path, 0)) {
    named.reason = base::system_error(error).message();
    return named;
  }
  return std::nullopt;
}

std::optional<WalkItem> Walker::take_entry(Level& level) {
  const Entry entry = std::move(level.entries.back());
  level.entries.pop_back();
  const auto directory = level.directory;
  std::string path = level.path + entry.name;
  const unsigned char type = entry.type == DT_UNKNOWN
                                 ? type_of(directory->fd(), entry.name)
                                 : entry.type;
  if (type == DT_LNK) {
    ++link_count_;
    return std::nullopt;
  }
  if (type == DT_REG) {
    return WalkItem{WalkItem::Kind::kFile, std::move(path), directory,
                    entry.name, ""};
  }
  if (type != DT_DIR) {
    return problem(std::move(path),
                   special_type(static_cast<mode_t>(DTTOIF(type))));
  }
  const int error = enter(directory->fd(), entry.name, path, O_NOFOLLOW);
  if (error == 0) return std::nullopt;
  return problem(std::move(path),
                 error == kInItself ? "a directory inside itself"
                 : error == kProc   ? "a proc file system; name it to scan it"
                                    : base::system_error(error).message());
}

/// 0, an errno, kInItself or kProc: where all memory of the machine is a file,
/// or a page map of 256 GiB, a walk would not end.
int Walker::enter(int parent, const std::string& name, const std::string& path,
                  int flags) {
  const int fd = ::openat(parent, name.c_str(),
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
  if (fd < 0) return errno;
  DIR* stream = ::fdopendir(fd);
  if (stream == nullptr) {
    const int error = errno;
    ::close(fd);
    return error;
  }
  Level level{std::make_shared<Directory>(stream), with_slash(path), 0, 0, {}};
  struct stat status {};
  if (::fstat(fd, &status) != 0) return errno;
  if (is_met(flags) && status.st_dev != levels_.back().device && is_proc(fd)) {
    return kProc;
  }
  if (is_in_itself(status.st_dev, status.st_ino)) return kInItself;
  level.device = status.st_dev;
  level.inode = status.st_ino;
  if (const int error = list(level)) return error;
  levels_.push_back(std::move(level));
  return 0;
}

int Walker::list(Level& level) {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(level.directory->stream());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (!is_dots(name)) {
      level.entries.push_back({std::move(name), entry->d_type});
    }
  }
  const int error = errno;
  std::ranges::sort(level.entries, std::ranges::greater(), &Entry::name);
  return error;
}

bool Walker::is_in_itself(dev_t device, ino_t inode) const {
  return std::ranges::any_of(levels_, [&](const Level& level) {
    return level.device == device && level.inode == inode;
  });
}

}  // namespace cflt::find
