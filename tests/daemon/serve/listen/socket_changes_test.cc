#include "daemon/serve/listen/socket_changes.h"

#include <gtest/gtest.h>

namespace cflt::serve::listen {
namespace {

using Fate = SocketChanges::Fate;
using Scheme = config::Address::Scheme;

config::Source source_at(const std::string& name, Scheme scheme) {
  config::Source source;
  source.name = name;
  source.address = config::Address{scheme, "127.0.0.1", 514, "/run/log"};
  return source;
}

const config::Source kSource;
const SourcesByAddress kNamed = {{"a", &kSource}};

TEST(SocketChanges, AnAddressThatIsNewIsBound) {
  const SocketChanges changes({}, kNamed);
  EXPECT_EQ(changes.of("a"), Fate::kBind);
  EXPECT_FALSE(changes.closes("a"));
}

TEST(SocketChanges, AnAddressThatIsNamedAgainIsKept) {
  const SocketChanges changes({{"a", true}}, kNamed);
  EXPECT_EQ(changes.of("a"), Fate::kKeep);
  EXPECT_FALSE(changes.closes("a"));
}

TEST(SocketChanges, AnAddressThatNobodyCanReachIsBoundAnew) {
  const SocketChanges changes({{"a", false}}, kNamed);
  EXPECT_EQ(changes.of("a"), Fate::kReplace);
  EXPECT_TRUE(changes.closes("a"));
}

TEST(SocketChanges, AnAddressThatIsNotNamedAnyMoreIsClosed) {
  const SocketChanges changes({{"b", true}, {"c", false}}, kNamed);
  EXPECT_EQ(changes.of("b"), Fate::kClose);
  EXPECT_EQ(changes.of("c"), Fate::kClose);
  EXPECT_TRUE(changes.closes("b"));
}

TEST(SourcesByAddress, AreThoseWithAnAddressTheFirstOfEach) {
  config::Settings settings;
  settings.sources = {config::Source{}, source_at("one", Scheme::kTcp),
                      source_at("two", Scheme::kTcp),
                      source_at("three", Scheme::kUdp)};
  const auto named = sources_by_address(settings);
  EXPECT_EQ(named.size(), 2U);
  EXPECT_EQ(named.at("tcp://127.0.0.1:514")->name, "one");
  EXPECT_EQ(named.at("udp://127.0.0.1:514")->name, "three");
}

TEST(KeptSocket, OfTheSameSourceChangesNothing) {
  for (const bool is_datagram : {false, true}) {
    const auto source = source_at("app", Scheme::kUnix);
    const KeptSocket kept = kept_socket(source, source, is_datagram);
    EXPECT_FALSE(kept.changes_reader);
    EXPECT_FALSE(kept.changes_access);
    EXPECT_FALSE(kept.changes_entrance);
  }
}

TEST(KeptSocket, OfARenamedSourceOfDatagramsChangesItsReader) {
  const KeptSocket kept = kept_socket(source_at("one", Scheme::kUdp),
                                      source_at("two", Scheme::kUdp), true);
  EXPECT_TRUE(kept.changes_reader);
  EXPECT_FALSE(kept.changes_access);
  EXPECT_FALSE(kept.changes_entrance);
}

TEST(KeptSocket, OfARenamedSourceOfStreamsChangesItsEntrance) {
  const KeptSocket kept = kept_socket(source_at("one", Scheme::kTcp),
                                      source_at("two", Scheme::kTcp), false);
  EXPECT_FALSE(kept.changes_reader);
  EXPECT_FALSE(kept.changes_access);
  EXPECT_TRUE(kept.changes_entrance);
}

TEST(KeptSocket, OfAChangedSourceOfAUnixSocketChangesItsAccess) {
  const auto before = source_at("app", Scheme::kUnixgram);
  auto now = before;
  now.mode = 0666;
  const KeptSocket kept = kept_socket(before, now, true);
  EXPECT_TRUE(kept.changes_access);
  EXPECT_FALSE(kept.changes_reader);
}

}  // namespace
}  // namespace cflt::serve::listen
