#include "daemon/serve/sink/file_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/io.h"
#include "daemon/serve/log/limited_log.h"
#include "daemon/serve/sink/failed_write.h"
#include "daemon/serve/sink/sink.h"

namespace cflt::serve::sink {
namespace {

/// Between two tries on a full disk.
constexpr std::chrono::seconds kRetry{1};
/// Between two looks at whether an earlier writer has ended.
constexpr std::chrono::milliseconds kLook{10};

/// A named pipe without a reader is refused (ENXIO), not waited for.
base::Descriptor open_path(const config::Sink& sink) {
  return base::Descriptor::own(
      ::open(sink.path.c_str(),
             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
             static_cast<mode_t>(sink.mode)));
}

ssize_t write_pieces(int fd, std::span<const Outgoing> pieces) {
  const std::span<iovec> vectors = base::to_vectors(pieces);
  return ::writev(fd, vectors.data(), static_cast<int>(vectors.size()));
}

}  // namespace

base::Result<std::unique_ptr<FileWriter>> FileWriter::make(
    const config::Sink& sink, std::vector<Life> previous,
    std::function<void()> on_broken) {
  base::Descriptor fd = sink.type == config::SinkType::kStdout
                            ? base::Descriptor::borrow(STDOUT_FILENO)
                            : open_path(sink);
  if (fd.get() < 0) {
    return base::Error{fmt::format("sink {}: {}: {}", sink.name, sink.path,
                                   std::strerror(errno))};
  }
  base::enlarge_pipe(fd.get());
  return std::unique_ptr<FileWriter>(new FileWriter(
      sink, std::move(fd), std::move(previous), std::move(on_broken)));
}

FileWriter::FileWriter(const config::Sink& sink, base::Descriptor fd,
                       std::vector<Life> previous,
                       std::function<void()> on_broken)
    : sink_(sink),
      fd_(std::move(fd)),
      previous_(std::move(previous)),
      on_broken_(std::move(on_broken)),
      outbox_(wire_options(sink)) {
  const std::shared_ptr<const void> alive = std::make_shared<char>();
  life_ = alive;
  // Its end is seen by who reads the file, and a disk that hangs holds nobody
  // up.
  thread_.start([this, alive] {
    run();
    fd_ = base::Descriptor();
  });
}

FileWriter::~FileWriter() {
  stop();
  join();
}

bool FileWriter::serves(const config::Sink& sink) const {
  return sink.name == sink_.name && sink.type == sink_.type &&
         sink.path == sink_.path && sink.mode == sink_.mode &&
         sink.framing == sink_.framing &&
         sink.embedded_newline == sink_.embedded_newline;
}

/// Earlier writers write what is left in their queues, or give it up.
void FileWriter::wait_for_previous() {
  const auto is_at_work = [](const Life& life) { return !life.expired(); };
  while (!queue_.is_stopped() && std::ranges::any_of(previous_, is_at_work)) {
    queue_.pause(kLook);
  }
}

void FileWriter::run() {
  wait_for_previous();
  while (!queue_.is_stopped()) {
    auto item = queue_.next();
    if (!item) {
      if (!queue_.is_stopped()) open_again_if_asked();
    } else if (!write(std::move(*item))) {
      return;
    }
  }
}

/// False: the writer is stopped, or there is nobody to write to any more.
bool FileWriter::write(WriteQueue::Item item) {
  outbox_.push(std::move(item.batch));
  if (!write_all()) return false;
  item.written(take_progress());
  return true;
}

/// All of it is of one batch, and so of one source.
records::Progress FileWriter::take_progress() {
  records::Progress all;
  while (const auto each = outbox_.next_progress()) {
    all.source = each->source;
    all.delivered += each->delivered;
    all.delivered_bytes += each->delivered_bytes;
    all.dropped += each->dropped;
  }
  return all;
}

bool FileWriter::write_all() {
  while (!outbox_.empty()) {
    open_again_if_asked();
    if (!write_some() || queue_.is_stopped()) return false;
  }
  return true;
}

/// False: there is nobody to write to any more.
bool FileWriter::write_some() {
  const ssize_t size = write_pieces(fd_.get(), outbox_.gather());
  if (size < 0) return recover(errno);
  outbox_.wrote(static_cast<std::size_t>(size));
  written_bytes_ += static_cast<std::uint64_t>(size);
  up_ = true;
  return true;
}

/// A write has failed. True: it is to be tried again.
bool FileWriter::recover(int error) {
  const AfterFailedWrite action = after_failed_write(error, sink_.type);
  if (action == AfterFailedWrite::kWaitUntilWritable) wait_until_writable();
  if (action == AfterFailedWrite::kTryAgainLater) retry_later(error);
  if (action == AfterFailedWrite::kBroken) give_up();
  return action != AfterFailedWrite::kBroken;
}

/// A second at most: the writer may be stopped meanwhile.
void FileWriter::wait_until_writable() {
  pollfd ready{fd_.get(), POLLOUT, 0};
  ::poll(&ready, 1, 1000);
}

void FileWriter::retry_later(int error) {
  ++retries_;
  up_ = false;
  log::limited(log::Level::kError, "cannot write, trying again", sink_.name,
               {{"sink", sink_.name},
                {"path", sink_.path},
                {"reason", std::strerror(error)}});
  queue_.pause(kRetry);
}

void FileWriter::give_up() {
  log::error("stdout has no reader any more", {{"sink", sink_.name}});
  up_ = false;
  broken_ = true;
  on_broken_();
}

void FileWriter::open_again_if_asked() {
  if (queue_.take_reopen()) open_again();
}

/// Where that fails, or it is the same file, the writer goes on with the old
/// descriptor: nothing is lost, and a frame that is half written is written to
/// its end.
void FileWriter::open_again() {
  if (sink_.type != config::SinkType::kFile) return;
  base::Descriptor fd = open_path(sink_);
  if (fd.get() >= 0) {
    if (base::is_same_file(fd.get(), fd_.get())) return;
    fd_ = std::move(fd);
    outbox_.restart();
    return;
  }
  log::error("cannot open the file again, going on with the old one",
             {{"sink", sink_.name},
              {"path", sink_.path},
              {"reason", std::strerror(errno)}});
}

}  // namespace cflt::serve::sink
