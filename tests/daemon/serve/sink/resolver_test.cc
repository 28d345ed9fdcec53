#include "daemon/serve/sink/resolver.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <thread>

namespace cflt::serve::sink {
namespace {

const auto kAddress = boost::asio::ip::make_address("192.0.2.1");

/// A name server that does not answer before it is told to.
struct Server {
  Resolver::Found look_up(const std::string& host) {
    ++asked;
    if (host.starts_with("slow")) let.acquire();
    if (host == "throws") throw std::runtime_error("no answer");
    return {{}, {kAddress}};
  }

  std::atomic<unsigned> asked = 0;
  std::counting_semaphore<> let{0};
};

/// Lives to the end: a resolver's thread may still be inside post() when what
/// it posted has run.
boost::asio::io_context& new_context() {
  static auto& all = *new std::deque<boost::asio::io_context>;  // never freed
  return all.emplace_back(1);
}

class Names : public testing::Test {
 protected:
  static constexpr unsigned kThreads = 2;

  void ask(const std::string& host) {
    resolver_.resolve(io_.get_executor(), host,
                      [this, host](const Resolver::Found& found) {
                        answered_.insert(host);
                        found_ = found;
                      });
  }
  void run_until_answered(std::size_t count) {
    while (answered_.size() < count) io_.run_one();
  }

  boost::asio::io_context& io_ = new_context();
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_{io_.get_executor()};
  std::multiset<std::string> answered_;
  Resolver::Found found_;
  // The resolver's threads may outlive the test.
  std::shared_ptr<Server> server_ = std::make_shared<Server>();
  Resolver resolver_{[server = server_](const std::string& host) {
                       return server->look_up(host);
                     },
                     kThreads};
};

TEST_F(Names, OneThatIsNotAnsweredHoldsNoOther) {
  ask("slow");
  ask("fast");
  run_until_answered(1);
  EXPECT_EQ(answered_, std::multiset<std::string>{"fast"});
  EXPECT_EQ(found_.addresses, std::vector{kAddress});
  // It is counted down behind the post().
  while (resolver_.pending_count() > 1) std::this_thread::yield();
  server_->let.release();
  run_until_answered(2);
}

TEST_F(Names, OneThatManyAskForTakesOneThread) {
  for (unsigned i = 0; i < 2 * kThreads; ++i) ask("slow");
  ask("fast");
  run_until_answered(1);
  server_->let.release(2 * kThreads);
  run_until_answered(1 + 2 * kThreads);
  EXPECT_EQ(server_->asked, 2U);
}

TEST_F(Names, NoMoreAreLookedUpAtOnceThanThereMayBeThreads) {
  for (const char* name : {"slow1", "slow2", "slow3", "fast"}) ask(name);
  while (server_->asked < kThreads) std::this_thread::yield();
  EXPECT_EQ(server_->asked, kThreads);
  EXPECT_EQ(resolver_.pending_count(), 4U);
  server_->let.release(3);
  run_until_answered(4);
}

TEST_F(Names, AddressIsItsOwnAnswer) {
  ask("::1");
  run_until_answered(1);
  EXPECT_EQ(found_.addresses,
            std::vector{boost::asio::ip::make_address("::1")});
  EXPECT_EQ(server_->asked, 0U);
}

TEST_F(Names, TroubleIsAnAnswer) {
  ask("throws");
  run_until_answered(1);
  EXPECT_EQ(found_.problem, "no answer");
  EXPECT_TRUE(found_.addresses.empty());
}

TEST_F(Names, OneMayBeAskedForAgain) {
  ask("fast");
  run_until_answered(1);
  ask("fast");
  run_until_answered(2);
  EXPECT_EQ(server_->asked, 2U);
}

}  // namespace
}  // namespace cflt::serve::sink
