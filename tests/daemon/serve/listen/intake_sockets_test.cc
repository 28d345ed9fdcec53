#include "daemon/serve/listen/intake_sockets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
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
  plan->families = forms::families(plan->settings.rules.forms);
  return plan;
}

std::uint64_t refused(const metrics::Registry& registry) {
  std::uint64_t count = 0;
  registry.for_each_source([&](const std::string&, const auto& counters) {
    count += counters.refused.get() + counters.not_permitted.get();
  });
  return count;
}

/// A counter has one writer; workers count datagrams that are not permitted,
/// and a source may have sockets of both kinds.
TEST(IntakeSockets, CountsWhatItRefusesInCountersOfItsOwn) {
  const std::string path =
      fmt::format("{}/intake-{}.sock", testing::TempDir(), ::getpid());
  boost::asio::io_context io{1};
  Workers workers;
  workers.push_back(std::make_unique<worker::Worker>(0));
  IntakeSockets sockets(io, workers);
  const auto plan = plan_of(source_at(path));
  workers[0]->configure(plan, {});
  sockets.serve(plan->settings,
                std::move(sockets.prepare(plan->settings)).value());
  std::vector<base::Descriptor> peers;
  for (int i = 0; i < 2; ++i) {
    peers.push_back(base::Descriptor::own(::socket(AF_UNIX, SOCK_STREAM, 0)));
    const boost::asio::local::stream_protocol::endpoint end(path);
    ASSERT_EQ(::connect(peers.back().get(), end.data(),
                        static_cast<socklen_t>(end.size())),
              0);
  }
  while (refused(sockets.registry()) == 0) io.run_one();
  EXPECT_EQ(refused(workers[0]->registry()), 0U);
  workers[0]->stop();
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
