#include "daemon/serve/sockets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "config/address.h"

namespace cflt::daemon {
namespace {

/// Whether `ip` is in `network`, both as they are written.
bool permitted(const char* ip, const char* network) {
  sockaddr_storage address{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  if (::inet_pton(AF_INET, ip, &v4.sin_addr) == 1) {
    address.ss_family = AF_INET;
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, ip, &v6.sin6_addr), 1);
    address.ss_family = AF_INET6;
  }
  return is_permitted(address, {*config::parse_network(network)});
}

TEST(Permitted, PrefixEndsWithinAByte) {
  EXPECT_TRUE(permitted("10.47.255.255", "10.32.0.0/12"));
  EXPECT_FALSE(permitted("10.48.0.0", "10.32.0.0/12"));
  EXPECT_FALSE(permitted("10.31.255.255", "10.32.0.0/12"));
}

TEST(Permitted, PrefixEndsWithAByte) {
  EXPECT_TRUE(permitted("10.255.0.1", "10.0.0.0/8"));
  EXPECT_FALSE(permitted("11.0.0.0", "10.0.0.0/8"));
  EXPECT_TRUE(permitted("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(permitted("127.0.0.2", "127.0.0.1"));
}

TEST(Permitted, WholeNetworkIsItsVersionAlone) {
  EXPECT_TRUE(permitted("1.2.3.4", "0.0.0.0/0"));
  EXPECT_FALSE(permitted("fd00::1", "0.0.0.0/0"));
  EXPECT_TRUE(permitted("fd00::1", "::/0"));
}

TEST(Permitted, MappedPeerIsThatOfVersion4) {
  EXPECT_TRUE(permitted("::ffff:10.1.2.3", "10.0.0.0/8"));
  EXPECT_FALSE(permitted("::ffff:11.1.2.3", "10.0.0.0/8"));
}

TEST(Permitted, UnixPeerAlwaysIs) {
  sockaddr_storage address{};
  address.ss_family = AF_UNIX;
  EXPECT_TRUE(is_permitted(address, {*config::parse_network("10.0.0.0/8")}));
}

}  // namespace
}  // namespace cflt::daemon
