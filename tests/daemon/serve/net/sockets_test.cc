#include "daemon/serve/net/sockets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "config/address.h"
#include "daemon/base/descriptor.h"
#include "daemon/serve/net/peer.h"

namespace cflt::serve::net {
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

/// A connection from `from` to `to`, of which the other end is kept open, too.
class Connected {
 public:
  Connected(const char* from, const char* to) {
    sockaddr_in own = address(from);
    sockaddr_in peer = address(to);
    socklen_t size = sizeof(peer);
    EXPECT_EQ(::bind(listener_.get(), as_any(peer), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener_.get(), as_any(peer), &size), 0);
    EXPECT_EQ(::bind(client_.get(), as_any(own), size), 0);
    EXPECT_EQ(::connect(client_.get(), as_any(peer), size), 0);
  }

  int fd() const { return client_.get(); }
  /// As the kernel counts, twice what was asked for.
  int send_buffer_bytes() const {
    int bytes = 0;
    socklen_t size = sizeof(bytes);
    EXPECT_EQ(::getsockopt(fd(), SOL_SOCKET, SO_SNDBUF, &bytes, &size), 0);
    return bytes;
  }

 private:
  static base::Descriptor make() {
    return base::Descriptor::own(
        ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }
  static sockaddr_in address(const char* ip) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, ip, &address.sin_addr), 1);
    return address;
  }
  static sockaddr* as_any(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
  }

  base::Descriptor listener_ = make();
  base::Descriptor client_ = make();
};

TEST(SendBuffer, IsShortToAPeerOnThisMachine) {
  const Connected connected("127.0.0.1", "127.0.0.1");
  limit_send_buffer_if_local(connected.fd());
  // The kernel's limit may be lower than what is asked for.
  EXPECT_GT(connected.send_buffer_bytes(), 300 << 10);
  EXPECT_LE(connected.send_buffer_bytes(), 640 << 10);
  EXPECT_FALSE(is_connected_to_itself(connected.fd()));
}

TEST(SendBuffer, IsTheKernelsToOthers) {
  const Connected connected("127.0.0.2", "127.0.0.1");
  const int before = connected.send_buffer_bytes();
  limit_send_buffer_if_local(connected.fd());
  EXPECT_EQ(connected.send_buffer_bytes(), before);
}

}  // namespace
}  // namespace cflt::serve::net
