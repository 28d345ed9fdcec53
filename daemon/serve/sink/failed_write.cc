#include "daemon/serve/sink/failed_write.h"

#include <cerrno>

namespace cflt::serve::sink {

AfterFailedWrite after_failed_write(int error, config::SinkType type) {
  if (error == EINTR) return AfterFailedWrite::kRetryNow;
  if (error == EAGAIN) return AfterFailedWrite::kWaitUntilWritable;
  // A named pipe may get another reader, stdout does not.
  const bool is_stdout = type == config::SinkType::kStdout;
  return error == EPIPE && is_stdout ? AfterFailedWrite::kBroken
                                     : AfterFailedWrite::kTryAgainLater;
}

AfterFailedSend after_failed_send(int error, config::Address::Scheme scheme) {
  switch (error) {
    case EINTR:
      return AfterFailedSend::kRetryNow;
    case EAGAIN:
      return AfterFailedSend::kWaitUntilWritable;
    case ECONNREFUSED:  // of UDP, it is about a datagram that was sent before
      return scheme == config::Address::Scheme::kUdp
                 ? AfterFailedSend::kRetryNow
                 : AfterFailedSend::kReconnect;
    case ECONNRESET:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENOBUFS:
    case ENOENT:
    case ENOTCONN:
    case EPIPE:
      return AfterFailedSend::kReconnect;
    default:
      return AfterFailedSend::kDrop;
  }
}

}  // namespace cflt::serve::sink
