// epoll takes no more: who asks for the reload, or has the connection, hears
// of it; the threads go on. The linker puts our epoll_ctl() in its place.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <system_error>
#include <thread>

#include "config/load.h"
#include "daemon/base/system_error.h"
#include "daemon/serve/listen/intake_sockets.h"
#include "daemon/serve/loop/border.h"

namespace {

/// Where it is set, there is memory for the test's thread only.
std::atomic<bool> g_no_memory = false;
thread_local bool t_has_memory = false;

/// How many descriptors epoll takes before it has no room; negative: all.
std::atomic<int> g_room = -1;

}  // namespace

extern "C" int __real_epoll_ctl(int epoll, int operation, int fd,
                                epoll_event* event);

extern "C" int __wrap_epoll_ctl(int epoll, int operation, int fd,
                                epoll_event* event) {
  if (operation == EPOLL_CTL_ADD && g_room >= 0 && g_room-- == 0) {
    g_room = 0;
    errno = ENOSPC;
    return -1;
  }
  return __real_epoll_ctl(epoll, operation, fd, event);
}

// NOLINTBEGIN(cppcoreguidelines-no-malloc)
namespace {
[[gnu::noinline]] void* allocate(std::size_t size) {
  const bool may_have = !g_no_memory || t_has_memory;
  void* made = may_have ? std::malloc(size) : nullptr;
  if (made == nullptr) throw std::bad_alloc();
  return made;
}
/// Not inlined, or GCC takes new and free() for a pair that does not match.
[[gnu::noinline]] void release(void* made) { std::free(made); }
}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* made) noexcept { release(made); }
void operator delete(void* made, std::size_t) noexcept { release(made); }
void operator delete[](void* made) noexcept { release(made); }
void operator delete[](void* made, std::size_t) noexcept { release(made); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace cflt::serve::listen {
namespace {

/// A port of 127.0.0.1 that was free just now, for streams and datagrams.
std::uint16_t free_port() {
  const auto fd = base::Descriptor::own(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ::ntohs(address.sin_port);
}

/// One source a scheme and port, all to a sink that takes everything.
config::Settings settings(const std::vector<std::string>& addresses) {
  std::string text = "sources:\n";
  for (const std::string& address : addresses) {
    text += fmt::format(" s{}: {{type: lines, address: \"{}\"}}\n", text.size(),
                        address);
  }
  text += "sinks:\n out: {type: blackhole, inputs: [\"*\"]}\n";
  return config::load_text(text, "test", nullptr).settings.value();
}

std::shared_ptr<worker::Plan> plan_of(config::Settings settings) {
  auto plan = std::make_shared<worker::Plan>();
  plan->settings = std::move(settings);
  plan->rules = std::make_shared<stream::Rules>(plan->settings.rules);
  return plan;
}

class Resources : public testing::Test {
 protected:
  Resources() {
    t_has_memory = true;
    workers_.push_back(std::make_unique<worker::Worker>(0));
  }
  ~Resources() override {
    g_room = -1;
    g_no_memory = false;
    workers_[0]->stop();
  }

  /// Waits for the worker to have done all that it was asked for.
  void wait_for_worker() {
    workers_[0]->ask_heartbeat(++beat_);
    while (workers_[0]->heartbeat() != beat_) std::this_thread::yield();
  }

  boost::asio::io_context io_{1};
  Workers workers_;
  std::uint64_t beat_ = 0;
};

TEST_F(Resources, ChangeOfSocketsIsRefusedWhereverEpollIsFullAndLeavesNothing) {
  const auto port = free_port();
  const auto wanted = settings({fmt::format("tcp://127.0.0.1:{}", port),
                                fmt::format("udp://127.0.0.1:{}", port)});
  IntakeSockets sockets(io_, workers_);
  for (int room = 0; room < 2; ++room) {
    g_room = room;
    const auto refused = sockets.prepare(wanted);
    ASSERT_FALSE(refused.has_value()) << room;
    const std::string& name = wanted.sources[static_cast<size_t>(room)].name;
    EXPECT_EQ(refused.error().message,
              fmt::format("source {}: No space left on device", name));
  }
  g_room = -1;
  EXPECT_TRUE(sockets.prepare(wanted).has_value());
}

TEST_F(Resources, ConnectionThatEpollDoesNotTakeIsClosedAndItsPlaceGivenBack) {
  const auto plan = plan_of(settings({"tcp://127.0.0.1:1"}));
  workers_[0]->configure(plan, {});
  wait_for_worker();
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const auto peer = base::Descriptor::own(ends[0]);
  const auto places = net::make_place_count();
  g_room = 0;
  workers_[0]->adopt_stream(plan->settings.sources[0].name,
                            base::Descriptor::own(ends[1]), "peer",
                            net::take_place(places));
  char byte = 0;
  EXPECT_EQ(::read(peer.get(), &byte, 1), 0);
  wait_for_worker();
  EXPECT_EQ(*places, 0U);
  EXPECT_EQ(workers_[0]->connection_count(), 0U);
}

TEST_F(Resources, ConnectionWithoutMemoryIsClosedAndCounted) {
  const auto plan = plan_of(settings({"tcp://127.0.0.1:1"}));
  workers_[0]->configure(plan, {});
  wait_for_worker();
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const auto peer = base::Descriptor::own(ends[0]);
  const auto places = net::make_place_count();
  const std::string& source = plan->settings.sources[0].name;
  workers_[0]->adopt_stream(source, base::Descriptor::own(ends[1]), "peer",
                            net::take_place(places));
  wait_for_worker();
  g_no_memory = true;
  ASSERT_EQ(::write(peer.get(), "text\n", 5), 5);
  char byte = 0;
  EXPECT_LE(::read(peer.get(), &byte, 1), 0);
  g_no_memory = false;
  wait_for_worker();
  EXPECT_EQ(*places, 0U);
  const auto& counters = workers_[0]->registry().source(source);
  EXPECT_EQ(counters.connections_open.get(), 0U);
  EXPECT_EQ(counters.closed[static_cast<size_t>(metrics::Closed::kError)].get(),
            1U);
}

TEST_F(Resources, ConnectionOfASourceThatIsGoneIsClosed) {
  workers_[0]->configure(plan_of(settings({"tcp://127.0.0.1:1"})), {});
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const auto peer = base::Descriptor::own(ends[0]);
  const auto places = net::make_place_count();
  workers_[0]->adopt_stream("gone", base::Descriptor::own(ends[1]), "peer",
                            net::take_place(places));
  char byte = 0;
  EXPECT_EQ(::read(peer.get(), &byte, 1), 0);
  wait_for_worker();
  EXPECT_EQ(*places, 0U);
}

TEST(Border, ReasonIsThatOfTheSystemWithoutWhereItWasThrown) {
  const auto full = base::system_error(ENOSPC);
  EXPECT_EQ(loop::reason_of(boost::system::system_error(full, "assign")),
            "No space left on device");
  EXPECT_EQ(
      loop::reason_of(std::system_error(EAGAIN, std::generic_category(), "x")),
      "Resource temporarily unavailable");
  EXPECT_EQ(loop::reason_of(std::bad_alloc()), "out of memory");
}

TEST(Border, HandlerThatThrowsEndsNoOther) {
  boost::asio::io_context io{1};
  bool ran = false;
  boost::asio::post(io, [] { throw std::bad_alloc(); });
  boost::asio::post(io, [&ran] { ran = true; });
  loop::run_contained(io);
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace cflt::serve::listen
