#include "config/address.h"

#include <gtest/gtest.h>

namespace cflt::config {
namespace {

/// How it is written again; "" for what is no address.
std::string again(std::string_view text) {
  const auto address = parse_address(text);
  return address ? to_string(*address) : "";
}

Address address(std::string_view text) {
  const auto result = parse_address(text);
  EXPECT_TRUE(result) << text;
  return result ? *result : Address{};
}

bool both_bind(std::string_view one, std::string_view other) {
  return !collide(address(one), address(other)) &&
         !collide(address(other), address(one));
}

bool is_loop(std::string_view target, std::string_view source) {
  return reaches(address(target), address(source));
}

std::string network(std::string_view text) {
  const auto result = parse_network(text);
  return result ? result->address + "/" + std::to_string(result->prefix) : "";
}

TEST(Address, IsWrittenAsItWasRead) {
  for (const char* text :
       {"tcp://127.0.0.1:5514", "udp://0.0.0.0:514", "tcp://[::1]:5514",
        "tcp://[fe80::1%eth0]:1", "tcp://logs.example.org:514",
        "tcp://my_host:0", "unix:///run/a b.sock", "unixgram:///dev/log",
        "systemd:syslog"}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(Address, Version6IsBroughtIntoItsUsualForm) {
  EXPECT_EQ(address("tcp://[0:0:0:0:0:0:0:1]:1").host, "::1");
  EXPECT_EQ(again("udp://[FD00::00AB]:1"), "udp://[fd00::ab]:1");
}

TEST(Address, OtherTextIsNone) {
  for (const char* text : {"",
                           "tcp://",
                           "tcp://:1",
                           "tcp://h",
                           "tcp://h:",
                           "tcp://h:x",
                           "tcp://h:65536",
                           "tcp://h:-1",
                           "tcp://::1:1",
                           "tcp://[::1]",
                           "tcp://[h]:1",
                           "tcp://[127.0.0.1]:1",
                           "tcp://1.2.3:1",
                           "tcp://-h:1",
                           "tcp://h /:1",
                           "tcp://h:1/",
                           "TCP://h:1",
                           "unix://a",
                           "unix:///",
                           "unix:/a",
                           "systemd:",
                           "systemd:a b",
                           "systemd://a",
                           "h:1",
                           "/a"}) {
    EXPECT_EQ(again(text), "") << text;
  }
  EXPECT_EQ(again(std::string_view("tcp://1.2.3.4\0:1", 16)), "");
}

TEST(Address, SocketPathHasRoomForItsNul) {
  const std::string path = "/" + std::string(106, 'a');
  EXPECT_EQ(again("unix://" + path), "unix://" + path);
  EXPECT_EQ(again("unix://" + path + "a"), "");
}

TEST(AdminAddress, IsHostAndPort) {
  EXPECT_EQ(to_string(*parse_admin_address("127.0.0.1:9469")),
            "tcp://127.0.0.1:9469");
  EXPECT_TRUE(parse_admin_address("tcp://[::]:9469"));
  for (const char* text : {"", "9469", ":9469", "http://h:1", "unix:///a"}) {
    EXPECT_FALSE(parse_admin_address(text)) << text;
  }
}

TEST(Network, PlainAddressHasFullLength) {
  EXPECT_EQ(network("127.0.0.1"), "127.0.0.1/32");
  EXPECT_EQ(network("::1"), "::1/128");
  EXPECT_EQ(network("[::1]"), "::1/128");
}

TEST(Network, Version4IsMappedIntoVersion6) {
  const auto network = parse_network("10.32.0.0/11");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->mapped_prefix, 107U);
  const std::array<std::uint8_t, 16> mapped = {0, 0, 0,    0,    0,  0,  0, 0,
                                               0, 0, 0xff, 0xff, 10, 32, 0, 0};
  EXPECT_EQ(network->mapped_address, mapped);
  EXPECT_EQ(parse_network("fd00::/8")->mapped_prefix, 8U);
}

TEST(Network, PrefixIsInRange) {
  EXPECT_EQ(network("10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(network("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(network("fd00::/8"), "fd00::/8");
  for (const char* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/08",
                           "10.0.0.0/-1", "10.0/8", "", "/8", "h/8"}) {
    EXPECT_EQ(network(text), "") << text;
  }
}

TEST(Network, BitsBehindThePrefixAreAnError) {
  EXPECT_EQ(network("10.1.0.0/15"), "");
  EXPECT_EQ(network("10.2.0.0/15"), "10.2.0.0/15");
  EXPECT_EQ(network("fd00::1/64"), "");
}

TEST(Collide, SamePortOfSameProtocolDoes) {
  EXPECT_FALSE(both_bind("tcp://127.0.0.1:1", "tcp://127.0.0.1:1"));
  EXPECT_FALSE(both_bind("tcp://127.0.0.1:1", "tcp://localhost:1"));
  EXPECT_FALSE(both_bind("tcp://127.0.0.1:1", "tcp://0.0.0.0:1"));
  EXPECT_FALSE(both_bind("udp://[::]:1", "udp://[::1]:1"));
}

TEST(Collide, OtherProtocolPortOrHostDoesNot) {
  EXPECT_TRUE(both_bind("tcp://127.0.0.1:1", "udp://127.0.0.1:1"));
  EXPECT_TRUE(both_bind("tcp://127.0.0.1:1", "tcp://127.0.0.1:2"));
  EXPECT_TRUE(both_bind("tcp://127.0.0.1:1", "tcp://127.0.0.2:1"));
  EXPECT_TRUE(both_bind("tcp://0.0.0.0:1", "tcp://[::1]:1"));
  EXPECT_TRUE(both_bind("tcp://127.0.0.1:0", "tcp://127.0.0.1:0"));
}

TEST(Collide, PathIsOneWhateverTheKind) {
  EXPECT_FALSE(both_bind("unix:///a", "unixgram:///a"));
  EXPECT_TRUE(both_bind("unix:///a", "unix:///b"));
  EXPECT_FALSE(both_bind("systemd:a", "systemd:a"));
  EXPECT_TRUE(both_bind("systemd:a", "systemd:b"));
}

TEST(Reaches, OwnSourceAlsoThroughLoopback) {
  EXPECT_TRUE(is_loop("tcp://127.0.0.1:1", "tcp://127.0.0.1:1"));
  EXPECT_TRUE(is_loop("tcp://localhost:1", "tcp://0.0.0.0:1"));
  EXPECT_TRUE(is_loop("tcp://127.0.0.1:1", "tcp://[::]:1"));
  EXPECT_TRUE(is_loop("unix:///a", "unix:///a"));
}

TEST(Reaches, OthersNot) {
  EXPECT_FALSE(is_loop("tcp://10.0.0.1:1", "tcp://0.0.0.0:1"));
  EXPECT_FALSE(is_loop("tcp://127.0.0.1:2", "tcp://0.0.0.0:1"));
  EXPECT_FALSE(is_loop("udp://127.0.0.1:1", "tcp://127.0.0.1:1"));
  EXPECT_FALSE(is_loop("unixgram:///a", "unix:///a"));
}

}  // namespace
}  // namespace cflt::config
