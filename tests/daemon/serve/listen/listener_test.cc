#include "daemon/serve/listen/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include <vector>

namespace cflt::serve::listen {
namespace {

/// A listener at an abstract unix address, whose handlers run when the test
/// says so.
class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    std::snprintf(address_.sun_path + 1, sizeof(address_.sun_path) - 1,
                  "cflt-redact-listener-test-%d", ::getpid());
    auto socket = make_socket();
    EXPECT_EQ(::bind(socket.get(), address(), sizeof(address_)), 0);
    EXPECT_EQ(::listen(socket.get(), 100), 0);
    listener_ = std::make_shared<Listener>(
        io_, std::move(socket),
        [this](const Entrance& entrance, base::Descriptor connection,
               const sockaddr_storage&) {
          accepted_.push_back(std::move(connection));
          names_.push_back(entrance.source.name);
          if (accepted_.size() == stops_at_) listener_->stop();
        });
    serve("app");
  }
  ~ListenerTest() override { listener_->stop(); }

  static base::Descriptor make_socket() {
    return base::Descriptor::own(
        ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  }
  const sockaddr* address() const {
    return reinterpret_cast<const sockaddr*>(&address_);
  }
  void connect(int count) {
    for (int i = 0; i < count; ++i) {
      peers_.push_back(make_socket());
      EXPECT_EQ(::connect(peers_.back().get(), address(), sizeof(address_)), 0);
    }
  }
  void serve(const char* name) {
    config::Source source;
    source.name = name;
    listener_->serve(
        std::make_shared<const Entrance>(Entrance{source, nullptr, nullptr}));
  }

  sockaddr_un address_{AF_UNIX, {}};
  boost::asio::io_context io_{1};
  std::vector<base::Descriptor> accepted_, peers_;
  std::vector<std::string> names_;
  std::size_t stops_at_ = 0;  // connections; 0: never
  std::shared_ptr<Listener> listener_;
};

/// No descriptor is left, as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const auto next = base::Descriptor::own(::fcntl(0, F_DUPFD_CLOEXEC, 0));
    const rlimit none{static_cast<rlim_t>(next.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ListenerTest, AcceptsSoManyInATurnAndTheRestInTheNext) {
  connect(40);
  listener_->start();
  io_.run_one();
  EXPECT_EQ(accepted_.size(), std::size_t{AcceptPace::kAcceptedInTurn});
  io_.run_one();
  EXPECT_EQ(accepted_.size(), 40U);
}

TEST_F(ListenerTest, WhoComesLaterComesInByTheNextEntrance) {
  connect(1);
  listener_->start();
  io_.run_one();
  serve("next");
  connect(1);
  io_.run_one();
  EXPECT_EQ(names_, (std::vector<std::string>{"app", "next"}));
}

TEST_F(ListenerTest, TakesTheWholeBacklogAtOnce) {
  connect(40);
  listener_->take_backlog();
  EXPECT_EQ(accepted_.size(), 40U);
}

TEST_F(ListenerTest, StoppedByWhoeverTakesAConnectionAcceptsNothingMore) {
  stops_at_ = 1;
  connect(2);
  listener_->start();
  io_.run();
  EXPECT_EQ(accepted_.size(), 1U);
}

TEST_F(ListenerTest, StoppedByTheLastOfATurnDoesNotWaitForMore) {
  stops_at_ = AcceptPace::kAcceptedInTurn;
  connect(40);
  listener_->start();
  io_.run();
  EXPECT_EQ(accepted_.size(), stops_at_);
  EXPECT_EQ(listener_->pauses(), 0U);
}

TEST_F(ListenerTest, PausesWhereThereIsNoDescriptorAndGoesOn) {
  connect(1);
  listener_->start();
  {
    const NoDescriptors none;
    io_.run_one();
  }
  EXPECT_EQ(accepted_.size(), 0U);
  EXPECT_EQ(listener_->pauses(), 1U);
  io_.run_one();  // the timer's
  EXPECT_EQ(accepted_.size(), 1U);
}

}  // namespace
}  // namespace cflt::serve::listen
