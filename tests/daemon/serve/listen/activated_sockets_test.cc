#include "daemon/serve/listen/activated_sockets.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace cflt::serve::listen {
namespace {

config::Source source_of(const std::string& name) {
  config::Source source;
  source.address = config::Address{};
  source.address->scheme = config::Address::Scheme::kSystemd;
  source.address->path = name;
  return source;
}

class ActivatedSocketsTest : public testing::Test {
 protected:
  void hand_over(const std::string& name, int type) {
    handed_over_.push_back(
        {name, base::Descriptor::own(::socket(AF_INET, type, 0))});
  }
  void hand_over_listener(const std::string& name) {
    hand_over(name, SOCK_STREAM);
    ASSERT_EQ(::listen(handed_over_.back().fd.get(), 1), 0);
  }
  auto take(const std::string& name) {
    if (!activated_) activated_.emplace(std::move(handed_over_));
    return activated_->take(source_of(name));
  }

  std::vector<net::notify::ActivatedSocket> handed_over_;
  std::optional<ActivatedSockets> activated_;
};

TEST_F(ActivatedSocketsTest, AllOfANameAreTakenAndDoNotBlock) {
  hand_over("app", SOCK_DGRAM);
  hand_over("other", SOCK_DGRAM);
  hand_over_listener("app");
  const auto taken = take("app");
  ASSERT_TRUE(taken.has_value());
  ASSERT_EQ(taken->size(), 2U);
  for (const auto& each : *taken) {
    EXPECT_NE(::fcntl(each.fd.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

TEST_F(ActivatedSocketsTest, OneMayBeTakenAgainAndItsDropsGoOn) {
  hand_over("app", SOCK_DGRAM);
  auto first = take("app");
  DropCounts().settle("one", first->at(0).drops, 5);
  first->clear();
  const auto second = take("app");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->at(0).drops.new_drops(7), 2U);
}

TEST_F(ActivatedSocketsTest, AStreamThatDoesNotListenIsRefused) {
  hand_over("app", SOCK_STREAM);
  const auto taken = take("app");
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().message,
            "systemd:app: neither datagrams nor a socket that listens "
            "(Accept=no)");
}

TEST_F(ActivatedSocketsTest, ANameThatIsNotThereIsRefused) {
  hand_over_listener("other");
  const auto taken = take("app");
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().message,
            "systemd:app: the service manager handed over no socket of that "
            "name (FileDescriptorName=)");
}

}  // namespace
}  // namespace cflt::serve::listen
