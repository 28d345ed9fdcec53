// File descriptors: an owner, and what every use of one needs.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace cflt::base {

/// Owns a descriptor, or borrows one of the three standard ones.
class Descriptor {
 public:
  Descriptor() = default;
  static Descriptor own(int fd) { return Descriptor(fd, true); }
  static Descriptor borrow(int fd) { return Descriptor(fd, false); }

  Descriptor(Descriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~Descriptor() {
    if (owned_ && fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  /// Hands it over: the caller closes it.
  int release() { return std::exchange(fd_, -1); }

  /// Closes it, also a borrowed one; 0 or an errno. A full or remote disk may
  /// say so only here.
  int close();

 private:
  Descriptor(int fd, bool owned) : fd_(fd), owned_(owned) {}
  int fd_ = -1;
  bool owned_ = false;
};

/// Opens /dev/null where descriptor 0, 1 or 2 is closed, so that no file gets
/// its number; using it still fails. No child inherits it.
void occupy_standard_descriptors();

/// Blocks until `fd` is ready for `events` (POLLIN, POLLOUT): descriptors may
/// be inherited in non-blocking mode, which is not ours to change.
void wait_until_ready(int fd, short events);

/// Asks for a pipe of 1 MiB, the most that is allowed without privilege:
/// fewer switches between the two programs. Not a pipe, or refused: no matter.
void enlarge_pipe(int fd);

/// Makes the kernel buffer, or read ahead, for one who reads to the end. Costs
/// nothing for a small file: a tree may have many.
void prepare_to_read(int fd, const struct stat& status);

}  // namespace cflt::base
