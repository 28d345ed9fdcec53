#include "daemon/serve/source/stdin_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <semaphore>
#include <string>
#include <thread>

namespace cflt::serve::source {
namespace {

/// Reads from `in_`; what is written to `out_` comes there.
class StdinReaderTest : public testing::Test {
 protected:
  StdinReaderTest() { ::signal(SIGPIPE, SIG_IGN); }

  void open_pipe(int size = 1 << 20) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    in_ = base::Descriptor::own(ends[0]);
    out_ = base::Descriptor::own(ends[1]);
    ::fcntl(out_.get(), F_SETPIPE_SZ, size);
  }

  /// A terminal of which poll() says that one byte can be read, while read()
  /// waits for 255, or 25 s behind the last: as if somebody had taken it. False
  /// where there are no terminals, as under qemu in a chroot.
  bool open_terminal_that_blocks() {
    out_ = base::Descriptor::own(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if ((::grantpt(out_.get()) | ::unlockpt(out_.get())) != 0) return false;
    in_ = base::Descriptor::own(
        ::open(::ptsname(out_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    EXPECT_EQ(::tcgetattr(in_.get(), &settings), 0);
    ::cfmakeraw(&settings);
    settings.c_cc[VMIN] = settings.c_cc[VTIME] = 255;
    EXPECT_EQ(::tcsetattr(in_.get(), TCSANOW, &settings), 0);
    return true;
  }

  void write(const std::string& bytes) {
    ASSERT_EQ(::write(out_.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }

  /// Asks for one block after the other, until it is over.
  std::string read_all(StdinReader& reader) {
    std::string all;
    for (reader.ask();; reader.ask()) {
      news_.acquire();
      if (reader.is_over()) return all;
      all.append(reader.block().begin(), reader.block().end());
      reader.took();
    }
  }

  /// Returns when the reader's thread waits in read(), not in poll().
  void let_block(StdinReader& reader) {
    write("x");
    while (reader.unread_bytes() == 0) std::this_thread::yield();
    reader.ask();
    while (reader.unread_bytes() > 0) std::this_thread::yield();
  }

  std::function<void()> notice() {
    return [this] { news_.release(); };
  }

  base::Descriptor in_, out_;
  std::counting_semaphore<> news_{0};
};

TEST_F(StdinReaderTest, ReadsNothingThatNobodyAskedFor) {
  open_pipe();
  write("one");
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.stop();
  EXPECT_EQ(reader.unread_bytes(), 3U);
}

TEST_F(StdinReaderTest, ReadsToTheEnd) {
  open_pipe();
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  write("one");
  out_ = {};
  EXPECT_EQ(read_all(reader), "one");
  EXPECT_EQ(reader.state(), StdinReader::State::kEnded);
}

TEST_F(StdinReaderTest, ADrainTakesAllThatWaits) {
  open_pipe();
  const std::string bytes(600'000, 'x');
  write(bytes);
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.drain();
  EXPECT_EQ(read_all(reader).size(), bytes.size());
  EXPECT_EQ(reader.state(), StdinReader::State::kDrained);
}

TEST_F(StdinReaderTest, ADrainSeesThatTheWriterHasEnded) {
  open_pipe();
  write("one");
  out_ = {};
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.drain();
  EXPECT_EQ(read_all(reader), "one");
  EXPECT_EQ(reader.state(), StdinReader::State::kEnded);
}

TEST_F(StdinReaderTest, WhatCannotBeReadHasFailed) {
  in_ = base::Descriptor::own(::open("/", O_RDONLY | O_DIRECTORY));
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  EXPECT_EQ(read_all(reader), "");
  EXPECT_EQ(reader.state(), StdinReader::State::kFailed);
}

TEST_F(StdinReaderTest, ADrainEndsAReaderThatWaits) {
  open_pipe();
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.ask();
  reader.drain();
  EXPECT_EQ(read_all(reader), "");
}

TEST_F(StdinReaderTest, ADrainEndsThoughTheWriterGoesOn) {
  open_pipe();
  std::thread writer([this] {
    const std::string bytes(1 << 16, 'x');
    while (::write(out_.get(), bytes.data(), bytes.size()) > 0) {
    }
  });
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.drain();
  read_all(reader);
  in_ = {};
  writer.join();
}

TEST_F(StdinReaderTest, ADrainLeavesAFileAsItIs) {
  std::FILE* file = std::tmpfile();
  in_ = base::Descriptor::own(::dup(::fileno(file)));
  std::fputs("some lines", file);
  std::rewind(file);
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  reader.drain();
  EXPECT_EQ(read_all(reader), "");
  EXPECT_EQ(reader.state(), StdinReader::State::kDrained);
  EXPECT_EQ(reader.unread_bytes(), 10U);
  std::fclose(file);
}

TEST_F(StdinReaderTest, AReadThatBlocksCanBeStoppedAndLosesNothing) {
  if (!open_terminal_that_blocks()) GTEST_SKIP() << "no terminals here";
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  const auto begun = std::chrono::steady_clock::now();
  let_block(reader);
  reader.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  EXPECT_EQ(reader.block().size(), 1U);
}

TEST_F(StdinReaderTest, AReadThatBlocksCanBeDrained) {
  if (!open_terminal_that_blocks()) GTEST_SKIP() << "no terminals here";
  StdinReader reader(in_.get(), notice());
  ASSERT_TRUE(reader.start());
  const auto begun = std::chrono::steady_clock::now();
  let_block(reader);
  reader.drain();
  while (!reader.has_news()) reader.interrupt();
  EXPECT_EQ(read_all(reader), "x");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
}

}  // namespace
}  // namespace cflt::serve::source
