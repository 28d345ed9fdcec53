#include "daemon/serve/sink/failed_write.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace cflt::serve::sink {
namespace {

using config::SinkType;
using Scheme = config::Address::Scheme;

TEST(FailedWrite, AnInterruptedWriteIsRetriedAtOnce) {
  for (const SinkType type : {SinkType::kFile, SinkType::kStdout}) {
    EXPECT_EQ(after_failed_write(EINTR, type), AfterFailedWrite::kRetryNow);
  }
}

TEST(FailedWrite, AFullPipeIsWaitedFor) {
  for (const SinkType type : {SinkType::kFile, SinkType::kStdout}) {
    EXPECT_EQ(after_failed_write(EAGAIN, type),
              AfterFailedWrite::kWaitUntilWritable);
  }
}

TEST(FailedWrite, StdoutWithoutAReaderIsBroken) {
  EXPECT_EQ(after_failed_write(EPIPE, SinkType::kStdout),
            AfterFailedWrite::kBroken);
}

TEST(FailedWrite, ANamedPipeWithoutAReaderIsTriedAgain) {
  EXPECT_EQ(after_failed_write(EPIPE, SinkType::kFile),
            AfterFailedWrite::kTryAgainLater);
}

TEST(FailedWrite, ADiskThatTakesNothingIsTriedAgain) {
  for (const int error : {ENOSPC, EDQUOT, EIO, EFBIG}) {
    for (const SinkType type : {SinkType::kFile, SinkType::kStdout}) {
      EXPECT_EQ(after_failed_write(error, type),
                AfterFailedWrite::kTryAgainLater);
    }
  }
}

TEST(FailedSend, AnInterruptedSendIsRetriedAtOnce) {
  EXPECT_EQ(after_failed_send(EINTR, Scheme::kUdp), AfterFailedSend::kRetryNow);
}

TEST(FailedSend, AFullSocketIsWaitedFor) {
  for (const Scheme scheme : {Scheme::kUdp, Scheme::kUnixgram}) {
    EXPECT_EQ(after_failed_send(EAGAIN, scheme),
              AfterFailedSend::kWaitUntilWritable);
  }
}

TEST(FailedSend, ARefusalByUdpIsOfAnEarlierDatagram) {
  EXPECT_EQ(after_failed_send(ECONNREFUSED, Scheme::kUdp),
            AfterFailedSend::kRetryNow);
}

TEST(FailedSend, AUnixReceiverThatIsNotThereIsReconnectedTo) {
  for (const int error : {ECONNREFUSED, ECONNRESET, ENOENT, ENOTCONN, EPIPE}) {
    EXPECT_EQ(after_failed_send(error, Scheme::kUnixgram),
              AfterFailedSend::kReconnect);
  }
}

TEST(FailedSend, ANetworkThatIsNotThereIsReconnectedTo) {
  for (const int error : {ENETUNREACH, EHOSTUNREACH, ENOBUFS}) {
    EXPECT_EQ(after_failed_send(error, Scheme::kUdp),
              AfterFailedSend::kReconnect);
  }
}

TEST(FailedSend, ADatagramThatIsRefusedForItselfIsDropped) {
  for (const int error : {EMSGSIZE, EPERM, EINVAL}) {
    EXPECT_EQ(after_failed_send(error, Scheme::kUdp), AfterFailedSend::kDrop);
  }
}

}  // namespace
}  // namespace cflt::serve::sink
