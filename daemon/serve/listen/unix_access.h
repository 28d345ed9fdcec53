// Who may connect to a unix socket: mode, owner and group of its file.
#pragma once

#include <sys/stat.h>

#include <boost/system/result.hpp>
#include <utility>

#include "config/settings.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/socket_file.h"

namespace cflt::serve::listen {

/// Taken back with its end, unless it is kept.
class AccessChange {
 public:
  /// Sets what the source names, of its own `file` and of no other that may
  /// stand at the path by now. On failure all is as before.
  static base::Result<AccessChange> make(const config::Source& source,
                                         const SocketFile& file);

  AccessChange(AccessChange&& other) noexcept = default;
  AccessChange& operator=(AccessChange&&) = delete;
  ~AccessChange();

  void keep() { file_ = {}; }

 private:
  AccessChange() = default;

  base::Descriptor file_;  // O_PATH; none: nothing to be taken back
  struct stat before_ {};
};

}  // namespace cflt::serve::listen
