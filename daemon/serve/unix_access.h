// Who may connect to a unix socket: mode, owner and group of its file.
#pragma once

#include <sys/stat.h>

#include <boost/system/result.hpp>
#include <utility>

#include "config/settings.h"
#include "daemon/descriptor.h"
#include "daemon/serve/sockets.h"

namespace cflt::daemon {

/// Taken back with its end, unless it is kept.
class AccessChange {
 public:
  /// Sets what the source names, of its own `file` and of no other that may
  /// stand at the path by now. On failure all is as before.
  static boost::system::result<AccessChange, SocketFailure> make(
      const config::Source& source, const SocketFile& file);

  AccessChange(AccessChange&& other) noexcept = default;
  AccessChange& operator=(AccessChange&&) = delete;
  ~AccessChange();

  void keep() { file_ = {}; }

 private:
  AccessChange() = default;

  Descriptor file_;  // O_PATH; none: nothing to be taken back
  struct stat before_ {};
};

}  // namespace cflt::daemon
