// What to do about a write that has failed, from its errno.
#pragma once

#include "config/settings.h"

namespace cflt::serve::sink {

enum class AfterFailedWrite {
  kRetryNow,
  kWaitUntilWritable,
  kTryAgainLater,  // a full disk may have room again
  kBroken,         // nobody will ever read it
};

/// `type`: kFile or kStdout.
AfterFailedWrite after_failed_write(int error, config::SinkType type);

enum class AfterFailedSend {
  kRetryNow,
  kWaitUntilWritable,
  kReconnect,  // the receiver is not there
  kDrop,       // the kernel refuses this datagram
};

/// `scheme`: of the address that the datagram is sent to.
AfterFailedSend after_failed_send(int error, config::Address::Scheme scheme);

}  // namespace cflt::serve::sink
