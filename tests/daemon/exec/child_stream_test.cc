#include "daemon/exec/child_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "daemon/base/messages.h"
#include "daemon/base/scanning.h"

namespace cflt::exec {
namespace {

void on_abort(int) {
  ChildStream::outlive_abort();
  ::_exit(1);
}

/// A stream from a pipe, written to by the test, to a file.
class ChildStreamTest : public testing::Test {
 protected:
  ChildStreamTest()
      : families_(forms::families(rules_.options.forms)),
        file_(base::Descriptor::own(::memfd_create("output", MFD_CLOEXEC))),
        path_("/proc/self/fd/" + std::to_string(file_.get())) {
    make_stream(path_);
  }

  void make_stream(const std::string& output) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    writer_ = base::Descriptor::own(ends[1]);
    stream_.emplace(
        rules_,
        scan::Scanner::make_late(families_, base::share_database(families_)),
        base::Descriptor::own(ends[0]), *filter::Output::open(output), false,
        events_);
  }
  void write(const std::string& text) const {
    EXPECT_EQ(::write(writer_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  std::uintmax_t written() const { return std::filesystem::file_size(path_); }

  /// Until a stream has changed; each change once.
  void wait_for_change() {
    pollfd poll{events_.changed.fd(), POLLIN, 0};
    ::poll(&poll, 1, -1);
    events_.changed.clear();
  }

  stream::Rules rules_{stream::Options{}};
  scan::FamilySet families_;
  /// A file without a name: tests run beside each other.
  base::Descriptor file_;
  std::string path_;
  base::Descriptor writer_;
  StreamEvents events_;
  std::optional<ChildStream> stream_;
};

TEST_F(ChildStreamTest, EndOfInputIsTheEnd) {
  stream_->start();
  write("text");
  writer_.close();
  wait_for_change();
  EXPECT_TRUE(stream_->is_done());
  EXPECT_EQ(written(), 4U);
  EXPECT_EQ(stream_->statistics().bytes, 4U);
}

TEST_F(ChildStreamTest, StopTakesWhatIsThereThoughTheInputIsOpen) {
  write("text");
  events_.stop.set();
  stream_->start();
  wait_for_change();
  EXPECT_TRUE(stream_->is_done());
  EXPECT_EQ(written(), 4U);
}

/// All that there are; those of earlier tests may sleep still.
std::set<pid_t> threads() {
  std::set<pid_t> all;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    all.insert(std::stoi(entry.path().filename().string()));
  }
  return all;
}

/// Starts a stream. Its thread.
pid_t start(ChildStream& stream) {
  const std::set<pid_t> before = threads();
  stream.start();
  for (const pid_t thread : threads()) {
    if (!before.contains(thread)) return thread;
  }
  ADD_FAILURE() << "no thread was started";
  return 0;
}

/// What abort() does, in the stream's thread.
void abort_in(pid_t thread) {
  ::syscall(SYS_tgkill, ::getpid(), thread, SIGABRT);
}

bool sleeps(pid_t thread) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string id;
  std::string name;
  std::string state;
  status >> id >> name >> state;
  return state == "S";
}

TEST_F(ChildStreamTest, BrokenInvariantMakesItReadOnAndPassNothing) {
  ::signal(SIGABRT, on_abort);
  const pid_t thread = start(*stream_);
  write("a");
  while (written() < 1) ::usleep(100);
  abort_in(thread);
  wait_for_change();
  EXPECT_EQ(stream_->failure(), ChildStream::Failure::kInternal);
  for (int i = 0; i < 100; ++i) write(std::string(65536, 'x'));
  writer_.close();
  while (!stream_->is_done()) wait_for_change();
  EXPECT_EQ(written(), 1U);
  ::signal(SIGABRT, SIG_DFL);
}

TEST_F(ChildStreamTest, ReaderThatLeavesAfterAFailureLetsItSleep) {
  int output[2];
  ASSERT_EQ(::pipe2(output, O_CLOEXEC), 0);
  make_stream("/proc/self/fd/" + std::to_string(output[1]));
  ::close(output[1]);
  ::signal(SIGABRT, on_abort);
  const pid_t thread = start(*stream_);
  write("a");
  char byte = 0;
  EXPECT_EQ(::read(output[0], &byte, 1), 1);
  abort_in(thread);
  wait_for_change();
  ::close(output[0]);
  int looks = 0;
  while (!sleeps(thread) && ++looks < 10000) ::usleep(1000);
  EXPECT_LT(looks, 10000);
  EXPECT_FALSE(stream_->is_done());
  writer_.close();
  while (!stream_->is_done()) wait_for_change();
  ::signal(SIGABRT, SIG_DFL);
}

}  // namespace
}  // namespace cflt::exec
