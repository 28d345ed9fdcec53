#include "daemon/serve/unix_access.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cflt::daemon {
namespace {

std::string failed(const config::Source& source, const char* what) {
  return fmt::format("{}: {}: {}", to_string(*source.address), what,
                     std::strerror(errno));
}

}  // namespace

std::string set_unix_access(const config::Source& source) {
  const char* path = source.address->path.c_str();
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
  if (is_owned && ::chown(path, user, group) != 0) {
    return failed(source, "chown");
  }
  if (source.mode && ::chmod(path, *source.mode) != 0) {
    return failed(source, "chmod");
  }
  return {};
}

}  // namespace cflt::daemon
