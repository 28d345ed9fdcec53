#include "daemon/serve/source/datagram_source.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/canary/canary.h"
#include "daemon/base/descriptor.h"
#include "tests/support/record_harness.h"

namespace cflt::serve::source {
namespace {

/// A source without sinks, whose handlers run when the test says so.
class DatagramSourceTest : public testing::Test {
 protected:
  DatagramSourceTest() { source_->configure({}, test::make_redactor(), {}); }
  ~DatagramSourceTest() override { source_->abandon(); }

  void read(base::Descriptor socket) {
    DatagramSource::Socket registered(io_, socket.release());
    std::make_shared<DatagramSource>(io_, source_, std::move(registered))
        ->start();
  }

  /// Until a counter has come so far; it does, or the test hangs.
  void run_until(const metrics::Counter& counter, std::uint64_t value) {
    while (counter.get() < value) io_.run_one();
  }

  metrics::SourceCounters& counters() { return source_->counters(); }

  boost::asio::io_context io_;
  metrics::Registry registry_;
  records::FramePool pool_;
  PartialBudget budget_{1000};
  std::shared_ptr<Source> source_ =
      std::make_shared<Source>("app", registry_, pool_, budget_);
};

struct UdpSocket {
  UdpSocket() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind_to(any);
  }
  explicit UdpSocket(const sockaddr_in& address) { bind_to(address); }

  void bind_to(const sockaddr_in& address) {
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                     sizeof(address)),
              0);
  }
  void connect(const sockaddr_in& peer) {
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&peer),
                        sizeof(peer)),
              0);
  }
  void send(const std::string& bytes) {
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  sockaddr_in address() const {
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size);
    return own;
  }

  base::Descriptor fd = base::Descriptor::own(::socket(AF_INET, SOCK_DGRAM, 0));
};

/// Its peer is not there, so that reading fails once; then it comes.
TEST_F(DatagramSourceTest, ASocketThatFailsIsCountedAndReadOn) {
  UdpSocket reader;
  const sockaddr_in own = reader.address();
  sockaddr_in gone{};
  {
    UdpSocket peer;
    gone = peer.address();
  }
  reader.connect(gone);
  reader.send("to nobody");
  read(std::move(reader.fd));
  run_until(counters().read_errors, 1);
  UdpSocket peer(gone);
  peer.connect(own);
  peer.send("hello");
  run_until(counters().records, 1);
  EXPECT_EQ(counters().read_errors.get(), 1U);
}

/// What is no socket fails for ever.
TEST_F(DatagramSourceTest, ASocketThatFailsForEverIsTriedNowAndThenOnly) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const base::Descriptor writer = base::Descriptor::own(ends[1]);
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  read(base::Descriptor::own(ends[0]));
  run_until(counters().read_errors, 1);
  for (int i = 2; i < 4; ++i) {
    io_.run_one();  // the timer's
    io_.run_one();  // it can be read
    EXPECT_EQ(counters().read_errors.get(), static_cast<std::uint64_t>(i));
  }
}

TEST_F(DatagramSourceTest, WaitsWhileDatagramsOfAnotherLieInTheSlots) {
  const auto& slots = DatagramSlots::of_this_thread();
  ASSERT_TRUE(slots->claim(&slots));
  UdpSocket reader, sender;
  sender.connect(reader.address());
  sender.send("hello");
  read(std::move(reader.fd));
  for (int i = 0; i < 5; ++i) io_.run_one();
  EXPECT_EQ(counters().records.get(), 0U);
  slots->release();
  run_until(counters().records, 1);
}

class DatagramFlood : public DatagramSourceTest {
 protected:
  static constexpr std::size_t kCount = 10;  // fit a queue of Linux's default

  DatagramFlood() {
    std::snprintf(path_.sun_path + 1, sizeof(path_.sun_path) - 1,
                  "cflt-redact-datagram-test-%d", ::getpid());
    auto reader = base::Descriptor::own(::socket(AF_UNIX, SOCK_DGRAM, 0));
    EXPECT_EQ(::bind(reader.get(), to(path_), sizeof(path_)), 0);
    canary::Canaries canaries(1);
    std::string dense;
    while (dense.size() < 60'000) dense += canaries.next_secret();
    for (std::size_t i = 0; i < kCount; ++i) send(dense);
    read(std::move(reader));
  }

  static const sockaddr* to(const sockaddr_un& path) {
    return reinterpret_cast<const sockaddr*>(&path);
  }

  /// By a sender of its own: each has room for a few only.
  void send(const std::string& bytes) {
    senders_.push_back(base::Descriptor::own(::socket(AF_UNIX, SOCK_DGRAM, 0)));
    EXPECT_EQ(::sendto(senders_.back().get(), bytes.data(), bytes.size(),
                       MSG_DONTWAIT, to(path_), sizeof(path_)),
              static_cast<ssize_t>(bytes.size()));
  }

  sockaddr_un path_{AF_UNIX, {}};
  std::vector<base::Descriptor> senders_;
};

TEST_F(DatagramFlood, OthersHaveTheirTurnBeforeAllIsTaken) {
  run_until(counters().records, 1);
  EXPECT_LT(counters().records.get(), kCount);
  run_until(counters().records, kCount);
}

TEST_F(DatagramFlood, AnotherSourceTakesItsDatagramsMeanwhile) {
  run_until(counters().records, 1);
  UdpSocket other, sender;
  sender.connect(other.address());
  sender.send("hello");
  read(std::move(other.fd));
  run_until(counters().records, kCount + 1);
}

TEST_F(DatagramFlood, ADrainTakesAllThatHasCome) {
  run_until(counters().records, 1);
  for (const auto& session : source_->sessions()) session->drain();
  while (source_->has_sessions()) io_.run_one();
  EXPECT_EQ(counters().records.get(), kCount);
}

TEST_F(DatagramFlood, AnEndTakesAllThatWasRead) {
  run_until(counters().records, 1);
  source_->abandon();
  EXPECT_EQ(counters().records.get(), kCount);
}

}  // namespace
}  // namespace cflt::serve::source
