#include "daemon/serve/source/datagram_slots.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "daemon/base/descriptor.h"

namespace cflt::serve::source {
namespace {

constexpr std::size_t kSlotBytes = 1024;

class DatagramSlotsTest : public testing::Test {
 protected:
  DatagramSlotsTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()), 0);
    reader_ = base::Descriptor::own(ends[0]);
    sender_ = base::Descriptor::own(ends[1]);
  }

  void send(const std::string& bytes) {
    EXPECT_EQ(::send(sender_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT),
              static_cast<ssize_t>(bytes.size()));
  }
  int read() { return slots_.read(reader_.get(), kSlotBytes); }
  std::string front() {
    const Bytes bytes = slots_.front().bytes;
    return {bytes.data(), bytes.size()};
  }

  base::Descriptor reader_, sender_;
  DatagramSlots slots_;
};

TEST_F(DatagramSlotsTest, OneHasThemUntilTheyAreReleased) {
  const int one = 0, other = 0;
  EXPECT_TRUE(slots_.claim(&one));
  EXPECT_TRUE(slots_.claim(&one));
  EXPECT_FALSE(slots_.claim(&other));
  slots_.release();
  EXPECT_TRUE(slots_.claim(&other));
}

TEST_F(DatagramSlotsTest, DatagramsAreTakenInTheirOrder) {
  send("one");
  send("two, too");
  EXPECT_EQ(read(), 2);
  EXPECT_EQ(slots_.read_bytes(), 11U);
  EXPECT_FALSE(slots_.were_filled());
  EXPECT_EQ(front(), "one");
  slots_.pop();
  EXPECT_EQ(front(), "two, too");
  slots_.pop();
  EXPECT_TRUE(slots_.empty());
}

TEST_F(DatagramSlotsTest, AnEmptySocketLeavesThemEmpty) {
  EXPECT_EQ(read(), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_TRUE(slots_.empty());
}

TEST_F(DatagramSlotsTest, ADatagramThatIsLongerThanASlotIsCut) {
  send(std::string(kSlotBytes, 'x'));
  send(std::string(kSlotBytes + 1, 'x'));
  EXPECT_EQ(read(), 2);
  EXPECT_FALSE(slots_.front().is_cut);
  slots_.pop();
  EXPECT_TRUE(slots_.front().is_cut);
}

TEST_F(DatagramSlotsTest, WhatIsTakenIsWiped) {
  send("one");
  read();
  const Bytes bytes = slots_.front().bytes;
  slots_.pop();
  EXPECT_EQ(bytes[0], '\0');
}

TEST_F(DatagramSlotsTest, WhatIsNotTakenIsWipedWhenTheyAreReleased) {
  send("one");
  read();
  const Bytes bytes = slots_.front().bytes;
  slots_.release();
  EXPECT_TRUE(slots_.empty());
  EXPECT_EQ(bytes[0], '\0');
}

}  // namespace
}  // namespace cflt::serve::source
