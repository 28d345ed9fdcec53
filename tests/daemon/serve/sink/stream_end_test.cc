#include "daemon/serve/sink/stream_end.h"

#include <gtest/gtest.h>

namespace cflt::serve::sink {
namespace {

using std::chrono::milliseconds;

class StreamEndTest : public testing::Test {
 protected:
  StreamEndTest() { end_.connected(); }

  /// Whether it may be closed, so many milliseconds after the start.
  bool may_close(int at) {
    return end_.may_close(StreamEnd::Time(milliseconds(at)));
  }

  StreamEnd end_;
};

TEST_F(StreamEndTest, OurSideStaysOpenUntilItFinishes) {
  EXPECT_FALSE(end_.end_our_side());
  end_.finish();
  EXPECT_TRUE(end_.end_our_side());
}

TEST_F(StreamEndTest, OurSideEndsOnceInAConnection) {
  end_.finish();
  EXPECT_TRUE(end_.end_our_side());
  end_.finish();
  EXPECT_FALSE(end_.end_our_side());
}

TEST_F(StreamEndTest, ANewConnectionEndsItsSideAnew) {
  end_.finish();
  end_.end_our_side();
  end_.connected();
  EXPECT_TRUE(end_.end_our_side());
}

TEST_F(StreamEndTest, ThePeersEndBeforeOursIsALoss) {
  EXPECT_FALSE(end_.peer_ended());
  end_.finish();
  EXPECT_FALSE(end_.peer_ended());
}

TEST_F(StreamEndTest, ThePeersEndAfterOursIsTheEnd) {
  end_.finish();
  end_.end_our_side();
  end_.peer_spoke();
  EXPECT_TRUE(end_.peer_ended());
  EXPECT_FALSE(end_.peer_speaks());
}

TEST_F(StreamEndTest, APeerThatLosesTheConnectionHasSpoken) {
  end_.peer_spoke();
  end_.peer_ended();
  EXPECT_TRUE(end_.peer_speaks());
  end_.connected();
  EXPECT_FALSE(end_.peer_speaks());
}

TEST_F(StreamEndTest, ASilentPeersConnectionIsClosedAtOnce) {
  EXPECT_TRUE(may_close(0));
}

TEST_F(StreamEndTest, APeerThatSpeaksHasASecondForItsLastWords) {
  end_.peer_spoke();
  EXPECT_FALSE(may_close(5000));
  EXPECT_FALSE(may_close(5999));
  EXPECT_TRUE(may_close(6000));
}

TEST_F(StreamEndTest, ThePeerOfANewConnectionHasASecondOfItsOwn) {
  may_close(5000);
  end_.connected();
  end_.peer_spoke();
  EXPECT_FALSE(may_close(6000));
  EXPECT_TRUE(may_close(7000));
}

}  // namespace
}  // namespace cflt::serve::sink
