// The sockets that the service manager handed over, by their names.
//
// They stay open, so that a source may leave one and come back.
#pragma once

#include <vector>

#include "config/settings.h"
#include "daemon/base/descriptor.h"
#include "daemon/base/error.h"
#include "daemon/serve/listen/drop_counts.h"
#include "daemon/serve/net/notify.h"

namespace cflt::serve::listen {

class ActivatedSockets {
 public:
  explicit ActivatedSockets(
      std::vector<net::notify::ActivatedSocket> handed_over);

  struct Taken {
    base::Descriptor fd;  // a duplicate that does not block
    DropMark drops;
  };

  /// All of the name in a source's address: a socket unit may have one for each
  /// ListenStream=.
  base::Result<std::vector<Taken>> take(const config::Source& source) const;

  /// Who connects to a socket that is not read would wait.
  void warn_of_unused(const config::Settings& settings) const;

 private:
  struct Activated {
    net::notify::ActivatedSocket handed_over;
    DropMark drops;
  };

  std::vector<Activated> activated_;
};

}  // namespace cflt::serve::listen
