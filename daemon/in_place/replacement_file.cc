#include "daemon/in_place/replacement_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/fsuid.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "daemon/base/io.h"
#include "daemon/base/system_error.h"
#include "daemon/in_place/file_attributes.h"
#include "daemon/in_place/holes.h"

namespace cflt::in_place {
namespace {

using boost::system::error_code;

/// Between two looks at whether to go on.
constexpr std::uint64_t kCopiedBytes = 64 << 20;

/// Begun to be written to the disk together.
constexpr off_t kWriteBackBytes = 8 << 20;

constexpr const char* kExchanged =
    "its replacement was replaced by somebody; it is left as it was";

/// One regular file, with one name.
bool is_only_name(int a, int b) {
  struct stat status {};
  return base::is_same_file(a, b) && ::fstat(a, &status) == 0 &&
         S_ISREG(status.st_mode) && status.st_nlink == 1;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_name() {
  std::uint32_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) random = 0;
  return fmt::format(".cflt-redact-{:08x}", random);
}

bool is_same_moment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

LeasedFile::Refusal LeasedFile::take_lease() {
  // A lease is its owner's to take, or CAP_LEASE's, which containers lack; root
  // can do it in the owner's name.
  const int self = ::setfsuid(status_.st_uid);
  leased_ = ::fcntl(fd(), F_SETLEASE, F_RDLCK) == 0;
  const int error = leased_ ? 0 : errno;
  ::setfsuid(static_cast<uid_t>(self));
  if (error == EAGAIN) return Refusal::kOpenElsewhere;
  if (error == EACCES) return Refusal::kNotOurs;
  // From here on a writer is seen.
  ::fstat(fd(), &status_);
  return Refusal::kNone;
}

bool LeasedFile::is_unchanged(bool renamed) const {
  struct stat now {};
  if (::fstat(fd(), &now) != 0) return false;
  return (!leased_ || ::fcntl(fd(), F_GETLEASE) == F_RDLCK) &&
         now.st_size == status_.st_size &&
         is_same_moment(now.st_mtim, status_.st_mtim) &&
         (renamed || is_same_moment(now.st_ctim, status_.st_ctim));
}

boost::system::result<ReplacementFile> ReplacementFile::beside(
    const std::string& path, bool is_sparse) {
  const int folder =
      ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return base::last_system_error();
  ReplacementFile file(base::Descriptor::own(folder),
                       path.substr(path.rfind('/') + 1), is_sparse);
  std::string name;
  int fd = -1;
  do {
    name = temporary_name();
    fd = ::openat(folder, name.c_str(),
                  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  } while (fd < 0 && errno == EEXIST);
  if (fd < 0) return base::last_system_error();
  file.written_ = base::Descriptor::own(fd);
  file.temporary_ = name;
  return file;
}

ReplacementFile::ReplacementFile(ReplacementFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      written_(std::move(other.written_)),
      name_(std::move(other.name_)),
      temporary_(std::exchange(other.temporary_, {})),
      is_sparse_(other.is_sparse_) {}

ReplacementFile::~ReplacementFile() {
  if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

error_code ReplacementFile::copy(int from, std::uint64_t count,
                                 const std::function<bool()>& may_go_on) {
  loff_t at = 0;
  while (count > 0) {
    if (!may_go_on()) return base::system_error(ECANCELED);
    const ssize_t copied =
        ::copy_file_range(from, &at, fd(), nullptr,
                          std::min<std::uint64_t>(count, kCopiedBytes), 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) return base::last_system_error();
    if (copied == 0) return base::system_error(EIO);
    count -= static_cast<std::uint64_t>(copied);
    if (const auto error = dig_new_holes()) return error;
  }
  return {};
}

error_code ReplacementFile::write_back() {
  const off_t size = ::lseek(fd(), 0, SEEK_CUR);
  if (size - written_back_ < kWriteBackBytes) return {};
  if (const auto error = dig_new_holes()) return error;
  ::sync_file_range(fd(), written_back_, size - written_back_,
                    SYNC_FILE_RANGE_WRITE);
  written_back_ = size;
  return {};
}

/// Before they get to the disk, if they ever do.
error_code ReplacementFile::dig_new_holes() {
  if (!is_sparse_) return {};
  const off_t size = ::lseek(fd(), 0, SEEK_CUR);
  return dig_holes(fd(), std::exchange(dug_, size), size);
}

Problem ReplacementFile::adopt(const LeasedFile& original, int fd) {
  if (auto problem = copy_attributes(original.fd(), original.status(), fd);
      !problem.empty()) {
    return problem;
  }
  if (const auto error = dig_new_holes()) {
    return fmt::format("its holes cannot be kept: {}", error.message());
  }
  if (::fsync(fd) != 0) return base::last_system_error().message();
  const int error = written_.close();
  return error == 0 ? Problem() : base::system_error(error).message();
}

Problem ReplacementFile::replace(const LeasedFile& original,
                                 const std::string& suffix) {
  const int fd = ::openat(folder_.get(), temporary_.c_str(),
                          O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return base::last_system_error().message();
  base::Descriptor reopened = base::Descriptor::own(fd);
  // Who may write to the folder may have put another in its place.
  if (!is_only_name(fd, written_.get())) return kExchanged;
  if (auto problem = adopt(original, fd); !problem.empty()) return problem;
  struct stat status {};
  ::fstat(fd, &status);
  LeasedFile written(std::move(reopened), status);
  if (written.take_lease() != LeasedFile::Refusal::kNone ||
      !original.is_unchanged(false) || !names(name_, original)) {
    return kChanged;
  }
  if (const auto error = exchange()) {
    return error == boost::system::errc::invalid_argument
               ? "this file system cannot exchange two files"
               : error.message();
  }
  if (!original.is_unchanged(true) || !names(temporary_, original)) {
    return give_up(written, kChanged);
  }
  if (!names(name_, written)) return give_up(written, kExchanged);
  if (::fsync(folder_.get()) != 0) {
    return give_up(written, base::last_system_error().message());
  }
  if (!original.is_unchanged(true)) return give_up(written, kChanged);
  if (auto problem = dispose(suffix); !problem.empty()) {
    return give_up(written, problem);
  }
  ::fsync(folder_.get());
  return {};
}

/// Exchanges back, unless somebody is about to write to the new one as well.
Problem ReplacementFile::give_up(const LeasedFile& written,
                                 const Problem& reason) {
  if (written.is_unchanged(true) && !exchange()) return reason;
  return fmt::format(
      "was opened for writing meanwhile; the original is kept beside it, not "
      "redacted, as {}",
      std::exchange(temporary_, {}));
}

/// What now has the temporary name is the original.
Problem ReplacementFile::dispose(const std::string& suffix) {
  if (suffix.empty()) {
    if (::unlinkat(folder_.get(), temporary_.c_str(), 0) != 0) {
      return base::last_system_error().message();
    }
  } else if (::renameat2(folder_.get(), temporary_.c_str(), folder_.get(),
                         (name_ + suffix).c_str(), RENAME_NOREPLACE) != 0) {
    return fmt::format("{}{}: {}", name_, suffix,
                       base::last_system_error().message());
  }
  temporary_.clear();
  return {};
}

/// `name` is that of the file, and its only one.
bool ReplacementFile::names(const std::string& name,
                            const LeasedFile& file) const {
  struct stat now {};
  return ::fstatat(folder_.get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) ==
             0 &&
         now.st_ino == file.status().st_ino &&
         now.st_dev == file.status().st_dev && now.st_nlink == 1;
}

error_code ReplacementFile::exchange() const {
  const int done = ::renameat2(folder_.get(), temporary_.c_str(), folder_.get(),
                               name_.c_str(), RENAME_EXCHANGE);
  return done == 0 ? error_code() : base::last_system_error();
}

}  // namespace cflt::in_place
