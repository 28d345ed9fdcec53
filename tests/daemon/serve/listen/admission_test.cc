#include "daemon/serve/listen/admission.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace cflt::serve::listen {
namespace {

sockaddr_storage peer_at(const char* address) {
  sockaddr_storage peer{};
  auto& internet = reinterpret_cast<sockaddr_in&>(peer);
  internet.sin_family = AF_INET;
  EXPECT_EQ(::inet_pton(AF_INET, address, &internet.sin_addr), 1);
  return peer;
}

/// A source of two connections; 10.0.0.0/8 may connect.
config::Source source() {
  config::Source source;
  source.connection_limit = 2;
  config::Network network;
  network.mapped_address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10};
  network.mapped_prefix = 96 + 8;
  source.permit_origin.push_back(network);
  return source;
}

TEST(Admission, IsForPermittedPeersUpToTheLimit) {
  EXPECT_EQ(admission_of(peer_at("10.1.2.3"), source(), 0), Admission::kAdmit);
  EXPECT_EQ(admission_of(peer_at("10.1.2.3"), source(), 1), Admission::kAdmit);
}

TEST(Admission, IsNotForMoreThanTheLimit) {
  EXPECT_EQ(admission_of(peer_at("10.1.2.3"), source(), 2),
            Admission::kOverLimit);
  EXPECT_EQ(admission_of(peer_at("10.1.2.3"), source(), 3),
            Admission::kOverLimit);
}

TEST(Admission, IsNotForOthersAlsoWhereTheLimitIsReached) {
  EXPECT_EQ(admission_of(peer_at("11.1.2.3"), source(), 0),
            Admission::kNotPermitted);
  EXPECT_EQ(admission_of(peer_at("11.1.2.3"), source(), 2),
            Admission::kNotPermitted);
}

TEST(Admission, IsForAnyUnixPeer) {
  sockaddr_storage peer{};
  peer.ss_family = AF_UNIX;
  EXPECT_EQ(admission_of(peer, source(), 0), Admission::kAdmit);
}

}  // namespace
}  // namespace cflt::serve::listen
