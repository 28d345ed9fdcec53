#include "daemon/serve/unix_access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/descriptor.h"

namespace cflt::daemon {
namespace {

std::string failed(const config::Source& source, const char* what) {
  return fmt::format("{}: {}: {}", to_string(*source.address), what,
                     std::strerror(errno));
}

}  // namespace

std::string set_unix_access(const config::Source& source,
                            const SocketFile& file) {
  uid_t user = static_cast<uid_t>(-1);
  gid_t group = static_cast<gid_t>(-1);
  if (!source.user.empty()) {
    const passwd* known = ::getpwnam(source.user.c_str());
    if (known == nullptr) return "no such user: " + source.user;
    user = known->pw_uid;
  }
  if (!source.group.empty()) {
    const struct group* known = ::getgrnam(source.group.c_str());
    if (known == nullptr) return "no such group: " + source.group;
    group = known->gr_gid;
  }
  const bool is_owned = !source.user.empty() || !source.group.empty();
  if (!is_owned && !source.mode) return {};
  const auto fd = Descriptor::own(
      ::open(source.address->path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0) {
    return failed(source, "open");
  }
  if (!file.is(status)) {
    return to_string(*source.address) + ": another file stands there";
  }
  if (is_owned && ::fchownat(fd.get(), "", user, group, AT_EMPTY_PATH) != 0) {
    return failed(source, "chown");
  }
  const std::string path = fmt::format("/proc/self/fd/{}", fd.get());
  if (source.mode && ::chmod(path.c_str(), *source.mode) != 0) {
    return failed(source, "chmod");
  }
  return {};
}

}  // namespace cflt::daemon
