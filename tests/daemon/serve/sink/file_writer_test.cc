#include "daemon/serve/sink/file_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <semaphore>

#include "tests/support/record_harness.h"

namespace cflt::serve::sink {
namespace {

/// Writes to a named pipe that the test reads.
class FileWriterTest : public testing::Test {
 protected:
  FileWriterTest() {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    sink_.type = config::SinkType::kFile;
    sink_.path = folder_ + "/pipe";
    EXPECT_EQ(::mkfifo(sink_.path.c_str(), 0600), 0);
    reader_ = base::Descriptor::own(
        ::open(sink_.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    writer_ = FileWriter::make(sink_, {}, [] {}).value();
    ::fcntl(reader_.get(), F_SETPIPE_SZ, 1 << 16);
  }
  ~FileWriterTest() override {
    writer_.reset();
    ::unlink(sink_.path.c_str());
    ::rmdir(folder_.c_str());
  }

  void write(const std::string& record) {
    auto batches = test::batches_of({record}, pool_);
    writer_->hand_over(std::move(batches[0]),
                       [this](const records::Progress&) { done_.release(); });
  }

  std::size_t read() {
    std::string bytes(1 << 16, ' ');
    return static_cast<std::size_t>(
        std::max<ssize_t>(0, ::read(reader_.get(), bytes.data(), 1 << 16)));
  }

  std::string folder_ = testing::TempDir() + "cflt-redact-XXXXXX";
  config::Sink sink_;
  records::FramePool pool_;
  base::Descriptor reader_;
  std::unique_ptr<FileWriter> writer_;
  std::binary_semaphore done_{0};
};

TEST_F(FileWriterTest, ABatchThatIsWrittenInPartIsProgress) {
  write(std::string(200'000, 'x'));
  std::uint64_t written = 0;
  while (written == 0) written = writer_->take_written_bytes();
  EXPECT_LT(written, 200'000U);
  EXPECT_FALSE(done_.try_acquire());
}

TEST_F(FileWriterTest, AllIsWrittenWhoeverAsksForProgressMeanwhile) {
  write(std::string(200'000, 'x'));
  std::size_t size = 0;
  while (size < 200'001) {
    writer_->tell_progress();
    size += read();
  }
  done_.acquire();
  EXPECT_EQ(writer_->take_written_bytes(), 200'001U);
}

}  // namespace
}  // namespace cflt::serve::sink
