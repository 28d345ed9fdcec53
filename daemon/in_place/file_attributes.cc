#include "daemon/in_place/file_attributes.h"

#include <fmt/format.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

namespace cflt::in_place {
namespace {

constexpr const char* kAcl = "system.posix_acl_access";

std::string cannot_keep(std::string_view what) {
  return fmt::format("its {} cannot be kept: {}", what,
                     std::system_category().message(errno));
}

bool is_left_to_the_system(std::string_view name) {
  return name.starts_with("security.") &&
         (errno == EPERM || errno == EACCES || errno == ENOTSUP);
}

std::vector<char> attribute_names(int fd) {
  std::vector<char> names(XATTR_LIST_MAX);
  const ssize_t size = ::flistxattr(fd, names.data(), names.size());
  names.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return names;
}

std::string copy_attribute(int from, const char* name, int to) {
  std::vector<char> value(XATTR_SIZE_MAX);
  const ssize_t size = ::fgetxattr(from, name, value.data(), value.size());
  if (size >= 0 && ::fsetxattr(to, name, value.data(),
                               static_cast<std::size_t>(size), 0) == 0) {
    return {};
  }
  if (is_left_to_the_system(name)) return {};
  return cannot_keep(fmt::format("extended attribute {}", name));
}

std::string copy_extended(int from, int to) {
  // One that the folder gives to new files, and this one did not have.
  ::fremovexattr(to, kAcl);
  const std::vector<char> names = attribute_names(from);
  for (std::size_t at = 0; at < names.size();) {
    const char* name = names.data() + at;
    if (auto problem = copy_attribute(from, name, to); !problem.empty()) {
      return problem;
    }
    at += std::string_view(name).size() + 1;
  }
  return {};
}

std::string copy_owner(const struct stat& status, int to) {
  struct stat now {};
  if (::fstat(to, &now) == 0 && now.st_uid == status.st_uid &&
      now.st_gid == status.st_gid) {
    return {};
  }
  return ::fchown(to, status.st_uid, status.st_gid) == 0 ? ""
                                                         : cannot_keep("owner");
}

/// What chattr(1) sets and a new file does not have by itself. Immutable and
/// append-only files cannot be replaced at all.
constexpr int kFlags = FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL |
                       FS_NODUMP_FL | FS_NOATIME_FL | FS_JOURNAL_DATA_FL |
                       FS_NOTAIL_FL | FS_NOCOW_FL;

std::string copy_flags(int from, int to) {
  int flags = 0;
  int own = 0;
  // A file system that has none says ENOTTY or EOPNOTSUPP.
  if (::ioctl(from, FS_IOC_GETFLAGS, &flags) != 0 ||
      ::ioctl(to, FS_IOC_GETFLAGS, &own) != 0 ||
      (flags & kFlags) == (own & kFlags)) {
    return {};
  }
  own = (own & ~kFlags) | (flags & kFlags);
  return ::ioctl(to, FS_IOC_SETFLAGS, &own) == 0 ? ""
                                                 : cannot_keep("chattr flags");
}

}  // namespace

std::string copy_attributes(int from, const struct stat& status, int to) {
  // In this order: a new owner takes mode bits and capabilities away.
  if (auto problem = copy_owner(status, to); !problem.empty()) return problem;
  if (auto problem = copy_extended(from, to); !problem.empty()) return problem;
  if (::fchmod(to, status.st_mode & 07777) != 0) return cannot_keep("mode");
  if (auto problem = copy_flags(from, to); !problem.empty()) return problem;
  const timespec times[] = {status.st_atim, status.st_mtim};
  return ::futimens(to, times) == 0 ? "" : cannot_keep("times");
}

}  // namespace cflt::in_place
