#include "daemon/serve/listen/intake_sockets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>
#include <thread>

#include "config/load.h"

namespace cflt::serve::listen {
namespace {

/// A source "app" that one may connect to.
config::Settings source_at(const std::string& path) {
  return config::load_text(
             fmt::format("sources:\n"
                         " app: {{type: lines, address: \"unix://{}\", "
                         "connection_limit: 1}}\n"
                         "sinks:\n out: {{type: blackhole, inputs: [app]}}\n",
                         path),
             "test", nullptr)
      .settings.value();
}

std::shared_ptr<const worker::Plan> plan_of(config::Settings settings) {
  auto plan = std::make_shared<worker::Plan>();
  plan->settings = std::move(settings);
  plan->rules = std::make_shared<stream::Rules>(plan->settings.rules);
  return plan;
}

std::uint64_t refused(const metrics::Registry& registry) {
  std::uint64_t count = 0;
  registry.for_each_source([&](const std::string&, const auto& counters) {
    count += counters.refused.get() + counters.not_permitted.get();
  });
  return count;
}

class IntakeSocketsTest : public testing::Test {
 protected:
  IntakeSocketsTest() {
    workers_.push_back(std::make_unique<worker::Worker>(0));
  }
  ~IntakeSocketsTest() override {
    sockets_.stop();
    workers_[0]->stop();
  }

  /// A reload that names this path only.
  void load(const std::string& path) {
    const auto plan = plan_of(source_at(path));
    auto change = sockets_.prepare(plan->settings).value();
    sockets_.take_backlogs(change);
    workers_[0]->configure(plan, {});
    sockets_.serve(plan->settings, std::move(change));
  }
  base::Descriptor connect() {
    auto peer = base::Descriptor::own(::socket(AF_UNIX, SOCK_STREAM, 0));
    const boost::asio::local::stream_protocol::endpoint end(path_);
    EXPECT_EQ(
        ::connect(peer.get(), end.data(), static_cast<socklen_t>(end.size())),
        0);
    return peer;
  }
  /// Of the file at the path; 0 where there is none.
  static ino_t inode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
  }

  const std::string path_ =
      fmt::format("{}/intake-{}.sock", testing::TempDir(), ::getpid());
  const std::string other_path_ = path_ + ".other";
  boost::asio::io_context io_{1};
  Workers workers_;
  IntakeSockets sockets_{io_, workers_};
};

/// A counter has one writer; workers count datagrams that are not permitted,
/// and a source may have sockets of both kinds.
TEST_F(IntakeSocketsTest, CountsWhatItRefusesInCountersOfItsOwn) {
  load(path_);
  const base::Descriptor one = connect(), other = connect();
  while (refused(sockets_.registry()) == 0) io_.run_one();
  EXPECT_EQ(refused(workers_[0]->registry()), 0U);
}

TEST_F(IntakeSocketsTest, KeepsASocketThatIsNamedAgain) {
  load(path_);
  const ino_t before = inode_of(path_);
  load(path_);
  EXPECT_NE(before, 0U);
  EXPECT_EQ(inode_of(path_), before);
}

TEST_F(IntakeSocketsTest, BindsASocketAnewWhoseFileIsGone) {
  load(path_);
  ::unlink(path_.c_str());
  load(path_);
  EXPECT_NE(inode_of(path_), 0U);
  connect();
}

TEST_F(IntakeSocketsTest, RemovesTheFileOfASocketThatIsNotNamedAnyMore) {
  load(path_);
  load(other_path_);
  EXPECT_EQ(inode_of(path_), 0U);
  EXPECT_NE(inode_of(other_path_), 0U);
}

TEST_F(IntakeSocketsTest, AChangeThatIsNotServedLeavesNothing) {
  load(path_);
  EXPECT_TRUE(sockets_.prepare(source_at(other_path_)).has_value());
  EXPECT_NE(inode_of(path_), 0U);
  EXPECT_EQ(inode_of(other_path_), 0U);
}

/// Of a worker that was not told to stop, too.
TEST(Worker, ThatIsGoneHasClosedItsConnections) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const auto peer = base::Descriptor::own(ends[0]);
  auto worker = std::make_unique<worker::Worker>(0);
  worker->configure(plan_of(source_at("/nowhere")), {});
  worker->adopt_stream("app", base::Descriptor::own(ends[1]), "peer", {});
  const auto opened = [&worker] {
    std::uint64_t count = 0;
    worker->registry().for_each_source(
        [&](const std::string&, const auto& counters) {
          count += counters.connections_opened.get();
        });
    return count;
  };
  while (opened() == 0) std::this_thread::yield();
  worker.reset();
  char byte = 0;
  EXPECT_EQ(::recv(peer.get(), &byte, 1, MSG_DONTWAIT), 0) << "still open";
}

}  // namespace
}  // namespace cflt::serve::listen
