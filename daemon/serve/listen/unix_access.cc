#include "daemon/serve/listen/unix_access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/base/error.h"
#include "daemon/serve/listen/socket_file.h"

namespace cflt::serve::listen {
namespace {

constexpr mode_t kModeBits = 07777;

struct Owner {
  uid_t user = static_cast<uid_t>(-1);  // left alone
  gid_t group = static_cast<gid_t>(-1);
};

base::Error failed(const config::Source& source, const char* what) {
  const int error = errno;
  return {fmt::format("{}: {}: {}", to_string(*source.address), what,
                      std::strerror(error)),
          error};
}

base::Result<Owner> owner_of(const config::Source& source) {
  Owner owner;
  if (!source.user.empty()) {
    const passwd* known = ::getpwnam(source.user.c_str());
    if (known == nullptr) return base::Error{"no such user: " + source.user};
    owner.user = known->pw_uid;
  }
  if (!source.group.empty()) {
    const struct group* known = ::getgrnam(source.group.c_str());
    if (known == nullptr) {
      return base::Error{"no such group: " + source.group};
    }
    owner.group = known->gr_gid;
  }
  return owner;
}

bool change_owner(const base::Descriptor& file, const Owner& owner) {
  return ::fchownat(file.get(), "", owner.user, owner.group, AT_EMPTY_PATH) ==
         0;
}

bool change_mode(const base::Descriptor& file, mode_t mode) {
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  return ::chmod(path.c_str(), mode) == 0;
}

}  // namespace

base::Result<AccessChange> AccessChange::make(const config::Source& source,
                                              const SocketFile& file) {
  AccessChange change;
  const auto owner = owner_of(source);
  if (!owner.has_value()) return owner.error();
  const bool is_owned = !source.user.empty() || !source.group.empty();
  if (!is_owned && !source.mode) return change;
  auto fd = base::Descriptor::own(
      ::open(source.address->path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (fd.get() < 0 || ::fstat(fd.get(), &change.before_) != 0) {
    return failed(source, "open");
  }
  if (!file.is(change.before_)) {
    return base::Error{to_string(*source.address) +
                       ": another file stands there"};
  }
  change.file_ = std::move(fd);
  if (is_owned && !change_owner(change.file_, *owner)) {
    return failed(source, "chown");
  }
  if (source.mode && !change_mode(change.file_, *source.mode)) {
    return failed(source, "chmod");
  }
  return change;
}

AccessChange::~AccessChange() {
  if (file_.get() < 0) return;
  change_owner(file_, {before_.st_uid, before_.st_gid});
  change_mode(file_, before_.st_mode & kModeBits);
}

}  // namespace cflt::serve::listen
