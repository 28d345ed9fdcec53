// What is refused and not told of takes no memory: a flood may be refused.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <new>

#include "daemon/base/descriptor.h"
#include "daemon/serve/log/log.h"
#include "daemon/serve/sink/blackhole_sink.h"
#include "daemon/serve/source/datagram_source.h"
#include "tests/support/record_harness.h"

namespace {
thread_local std::uint64_t g_allocations = 0;  // the log has a thread, too

[[gnu::noinline]] void* allocate(std::size_t size) {
  ++g_allocations;
  return std::malloc(size);
}
}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new(std::size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace cflt::serve::sink {
namespace {

/// A log that writes, to nobody.
class OpenLog : public testing::Environment {
 public:
  void SetUp() override {
    fd_ = base::Descriptor::own(::open("/dev/null", O_WRONLY));
    log::open({log::Level::kInfo, log::Format::kText, fd_.get()});
  }
  void TearDown() override { log::close(); }

 private:
  base::Descriptor fd_;
};

const auto* const kOpenLog =
    testing::AddGlobalTestEnvironment(new OpenLog);  // GoogleTest deletes it

/// What calling `task` once more allocates, when it has been called before.
template <class Task>
std::uint64_t allocations_of(const Task& task) {
  for (int i = 0; i < 3; ++i) task();
  const std::uint64_t before = g_allocations;
  task();
  return g_allocations - before;
}

TEST(RefusalAllocation, TheCounterCounts) {
  EXPECT_GT(allocations_of([] { std::string(100, 'x').shrink_to_fit(); }), 0U);
}

TEST(RefusalAllocation, ALineThatIsSuppressedTakesNone) {
  const log::RateLimiter::Time now(std::chrono::seconds(100));
  log::RateLimiter by_key;
  log::LineLimit line;
  const std::string key(100, 'k');
  EXPECT_EQ(allocations_of([&] { by_key.admit(key, now); }), 0U);
  EXPECT_EQ(allocations_of([&] { line.admit(now); }), 0U);
}

TEST(RefusalAllocation, KeysThatAreNotToldApartTakeNone) {
  const log::RateLimiter::Time now(std::chrono::seconds(100));
  log::RateLimiter by_key(std::chrono::minutes(1), 1);
  int i = 0;
  EXPECT_EQ(
      allocations_of([&] {
        const std::array<int, 4> key{++i};
        by_key.admit({reinterpret_cast<const char*>(key.data()), 16}, now);
      }),
      0U);
}

TEST(RefusalAllocation, ARefusedBatchTakesNone) {
  metrics::Registry registry;
  records::FramePool pool;
  config::Sink settings;
  settings.name = "a sink with a name that is long enough to be allocated";
  BlackholeSink sink(settings, 1000, registry);
  sink.add_source("app");
  const auto batches = test::batches_of({"one", "two"}, pool);
  EXPECT_EQ(allocations_of([&] {
              sink.refuse(batches[0], metrics::Dropped::kBufferFull);
            }),
            0U);
}

/// A source that permits nobody here.
class RefusedDatagrams : public testing::Test {
 protected:
  RefusedDatagrams() {
    config::Source settings;
    settings.permit_origin.emplace_back();
    settings.permit_origin[0].mapped_prefix = 128;
    port_->configure(settings, test::make_redactor(), {});
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(any);
    auto* address = reinterpret_cast<sockaddr*>(&any);
    EXPECT_EQ(::bind(reader_.get(), address, size), 0);
    EXPECT_EQ(::getsockname(reader_.get(), address, &size), 0);
    EXPECT_EQ(::connect(sender_.get(), address, size), 0);
    source::DatagramSource::Socket registered(io_, reader_.release());
    std::make_shared<source::DatagramSource>(io_, port_, std::move(registered))
        ->start();
  }
  ~RefusedDatagrams() override { port_->abandon(); }

  /// So many are sent, and refused in one turn.
  void refuse(std::uint64_t count) {
    const std::uint64_t wanted = refused_ += count;
    for (std::uint64_t i = 0; i < count; ++i) ::send(sender_.get(), "x", 1, 0);
    while (port_->counters().not_permitted.get() < wanted) io_.run_one();
  }

  boost::asio::io_context io_;
  metrics::Registry registry_;
  records::FramePool pool_;
  source::PartialBudget budget_{1000};
  std::shared_ptr<source::Source> port_ =
      std::make_shared<source::Source>("app", registry_, pool_, budget_);
  base::Descriptor reader_ =
      base::Descriptor::own(::socket(AF_INET, SOCK_DGRAM, 0));
  base::Descriptor sender_ =
      base::Descriptor::own(::socket(AF_INET, SOCK_DGRAM, 0));
  std::uint64_t refused_ = 0;
};

TEST_F(RefusedDatagrams, ManyTakeAsMuchAsOne) {
  const std::uint64_t of_one = allocations_of([this] { refuse(1); });
  EXPECT_EQ(allocations_of([this] { refuse(50); }), of_one);
}

}  // namespace
}  // namespace cflt::serve::sink
