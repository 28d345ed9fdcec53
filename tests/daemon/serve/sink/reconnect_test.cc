#include "daemon/serve/sink/reconnect.h"

#include <gtest/gtest.h>

#include <optional>

namespace cflt::serve::sink {
namespace {

using std::chrono::milliseconds;
using Action = Reconnect::Action;
using What = Action::What;

const Action kNothing{};
const Action kResolve{.what = What::kResolve};

Action attempt_to(std::size_t address) {
  return {.what = What::kTry, .address = address};
}

/// A delay that is doubled is told from the first: at least half of it.
constexpr milliseconds kFirst{100};
constexpr milliseconds kMax{100'000};

bool is_first_delay(const Action& action) {
  return action.what == What::kWait && action.delay <= kFirst;
}

class ReconnectTest : public testing::Test {
 protected:
  /// It is up, by the first of two addresses.
  static void connect(Reconnect& sink) {
    sink.start();
    sink.resolved(2);
    sink.connected();
  }
  /// The attempt fails at each address; how long to wait then.
  static Action fail(Reconnect& sink) {
    sink.start();
    Action action = sink.resolved(2);
    while (action.what == What::kTry) action = sink.attempt_failed();
    return action;
  }
  /// The address that an attempt tries.
  static std::optional<std::size_t> tried(Reconnect& sink) {
    sink.start();
    const Action action = sink.resolved(3);
    sink.attempt_failed();
    if (action.what != What::kTry) return std::nullopt;
    return action.address;
  }

  Reconnect stream_{Reconnect::Tries::kAll, kFirst, kMax};
  Reconnect datagrams_{Reconnect::Tries::kNext, kFirst, kMax};
};

TEST_F(ReconnectTest, AStreamTriesAllAddressesThenWaits) {
  EXPECT_EQ(stream_.start(), kResolve);
  EXPECT_EQ(stream_.resolved(2), attempt_to(0));
  EXPECT_EQ(stream_.attempt_failed(), attempt_to(1));
  EXPECT_EQ(stream_.attempt_failed().what, What::kWait);
  EXPECT_FALSE(stream_.is_up());
}

TEST_F(ReconnectTest, AStreamBeginsAnewWithTheFirstAddress) {
  fail(stream_);
  EXPECT_EQ(stream_.start(), kResolve);
  EXPECT_EQ(stream_.resolved(2), attempt_to(0));
}

TEST_F(ReconnectTest, DatagramsTryTheNextAddressAtEachAttempt) {
  EXPECT_EQ(tried(datagrams_), 0U);
  EXPECT_EQ(tried(datagrams_), 1U);
  EXPECT_EQ(tried(datagrams_), 2U);
  EXPECT_EQ(tried(datagrams_), 0U);
}

TEST_F(ReconnectTest, DatagramsWaitAfterOneAddress) {
  datagrams_.start();
  EXPECT_EQ(datagrams_.resolved(2), attempt_to(0));
  EXPECT_EQ(datagrams_.attempt_failed().what, What::kWait);
}

TEST_F(ReconnectTest, ANameWithoutAnAddressTakesNoTurn) {
  for (Reconnect* sink : {&stream_, &datagrams_}) {
    sink->start();
    EXPECT_EQ(sink->resolved(0).what, What::kWait);
    EXPECT_EQ(tried(*sink), 0U);
  }
}

TEST_F(ReconnectTest, ALostConnectionIsWaitedForAndMadeAgain) {
  connect(stream_);
  EXPECT_TRUE(stream_.is_up());
  EXPECT_EQ(stream_.lost().what, What::kWait);
  EXPECT_FALSE(stream_.is_up());
  EXPECT_EQ(stream_.start(), kResolve);
}

TEST_F(ReconnectTest, AConnectionIsLostOnce) {
  connect(stream_);
  stream_.lost();
  EXPECT_EQ(stream_.lost(), kNothing);
}

TEST_F(ReconnectTest, ASinkThatConnectsOrIsUpDoesNotStartAgain) {
  stream_.start();
  EXPECT_EQ(stream_.start(), kNothing);
  stream_.resolved(1);
  stream_.connected();
  EXPECT_EQ(stream_.start(), kNothing);
  EXPECT_EQ(stream_.attempt_failed(), kNothing);
  EXPECT_TRUE(stream_.is_up());
}

TEST_F(ReconnectTest, ConnectingAloneDoesNotShortenTheDelay) {
  for (int i = 0; i < 4; ++i) fail(stream_);
  connect(stream_);
  EXPECT_FALSE(is_first_delay(stream_.lost()));
}

TEST_F(ReconnectTest, AConnectionThatWorkedMakesTheDelayTheFirstAgain) {
  for (int i = 0; i < 4; ++i) fail(stream_);
  connect(stream_);
  stream_.worked();
  EXPECT_TRUE(is_first_delay(stream_.lost()));
}

TEST_F(ReconnectTest, AReloadSetsTheNextDelay) {
  for (int i = 0; i < 4; ++i) fail(stream_);
  stream_.set_delays(milliseconds(1), kMax);
  EXPECT_LE(fail(stream_).delay, milliseconds(1));
}

TEST_F(ReconnectTest, NothingHappensAfterTheStop) {
  connect(stream_);
  stream_.stop();
  EXPECT_TRUE(stream_.is_stopped());
  EXPECT_FALSE(stream_.is_up());
  EXPECT_EQ(stream_.lost(), kNothing);
  EXPECT_EQ(stream_.start(), kNothing);
  EXPECT_EQ(stream_.resolved(1), kNothing);
  EXPECT_EQ(stream_.attempt_failed(), kNothing);
  stream_.connected();
  EXPECT_FALSE(stream_.is_up());
}

}  // namespace
}  // namespace cflt::serve::sink
