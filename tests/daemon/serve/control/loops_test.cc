#include "daemon/serve/control/loops.h"

#include <gtest/gtest.h>

#include "config/address.h"

namespace cflt::serve::control {
namespace {

Ip ip(const char* text) { return config::parse_network(text)->mapped_address; }

/// On a machine that has 10.1.2.3 and fd00::1.
bool does_take(const char* source, const char* target,
               const std::vector<Ip>& bound = {}) {
  return takes(*config::parse_address(source), bound, ip(target),
               {ip("127.0.0.1"), ip("10.1.2.3"), ip("fd00::1")});
}

TEST(Takes, SourceOnAllAddressesTakesThoseOfThisMachine) {
  EXPECT_TRUE(does_take("tcp://0.0.0.0:1", "10.1.2.3"));
  EXPECT_TRUE(does_take("tcp://0.0.0.0:1", "127.5.6.7"));
  EXPECT_TRUE(does_take("tcp://0.0.0.0:1", "0.0.0.0"));
  EXPECT_FALSE(does_take("tcp://0.0.0.0:1", "10.1.2.4"));
}

TEST(Takes, SourceOnAllAddressesOfVersion4TakesNothingOfVersion6) {
  EXPECT_FALSE(does_take("tcp://0.0.0.0:1", "::1"));
  EXPECT_FALSE(does_take("tcp://0.0.0.0:1", "fd00::1"));
}

TEST(Takes, SourceOnAllAddressesOfVersion6TakesBoth) {
  EXPECT_TRUE(does_take("tcp://[::]:1", "fd00::1"));
  EXPECT_TRUE(does_take("tcp://[::]:1", "::1"));
  EXPECT_TRUE(does_take("tcp://[::]:1", "10.1.2.3"));
  EXPECT_FALSE(does_take("tcp://[::]:1", "fd00::2"));
}

TEST(Takes, SourceOnOneAddressTakesThatAlone) {
  const std::vector<Ip> bound{ip("10.1.2.3")};
  EXPECT_TRUE(does_take("tcp://10.1.2.3:1", "10.1.2.3", bound));
  EXPECT_FALSE(does_take("tcp://10.1.2.3:1", "127.0.0.1", bound));
  EXPECT_FALSE(does_take("tcp://10.1.2.3:1", "0.0.0.0", bound));
}

TEST(Takes, TargetWithoutAddressIsLoopbackOfItsVersion) {
  const std::vector<Ip> bound{ip("127.0.0.1")};
  EXPECT_TRUE(does_take("tcp://127.0.0.1:1", "0.0.0.0", bound));
  EXPECT_FALSE(does_take("tcp://127.0.0.1:1", "::", bound));
}

}  // namespace
}  // namespace cflt::serve::control
