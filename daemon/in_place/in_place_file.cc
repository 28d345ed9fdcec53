#include "daemon/in_place/in_place_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>

#include "daemon/base/io.h"
#include "daemon/base/system_error.h"
#include "daemon/compression/formats.h"
#include "daemon/filter/output.h"
#include "daemon/in_place/holes.h"

namespace cflt::in_place {
namespace {

using boost::system::error_code;

/// Why a file of this kind is not replaced.
Problem refusal(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(path, error);
    return fmt::format("is a symbolic link; name its target, {}",
                       target.string());
  }
  if (S_ISDIR(status.st_mode)) {
    return "is a directory; -i takes files, as find(1) names them";
  }
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  if (status.st_nlink > 1) {
    return "has other names (hard links), which would keep the secrets";
  }
  return {};
}

void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) {
  counter.fetch_add(count, std::memory_order_relaxed);
}

}  // namespace

InPlaceFile::InPlaceFile(InPlaceRun& run, const std::string& path)
    : run_(run), path_(path) {}

Problem InPlaceFile::redact() {
  problem_ = open();
  if (problem_.empty()) problem_ = pass();
  if (problem_.empty() && replacement_) problem_ = finish();
  if (problem_.empty() || problem_.starts_with(path_ + ": ")) return problem_;
  return fmt::format("{}: {}", path_, problem_);
}

Problem InPlaceFile::open() {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) {
    return base::last_system_error().message();
  }
  if (auto why = refusal(path_, status); !why.empty()) return why;
  const int fd =
      ::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return base::last_system_error().message();
  base::Descriptor descriptor = base::Descriptor::own(fd);
  if (::fstat(fd, &status) != 0) return base::last_system_error().message();
  if (auto why = refusal(path_, status); !why.empty()) return why;
  base::prepare_to_read(fd, status);
  original_.emplace(std::move(descriptor), status);
  switch (original_->take_lease()) {
    case LeasedFile::Refusal::kOpenElsewhere:
      return "is open for writing elsewhere";
    case LeasedFile::Refusal::kNotOurs:
      return "is another user's; who has it open cannot be told";
    case LeasedFile::Refusal::kNone:
      break;
  }
  return {};
}

/// Reads it all, twice where what is compressed is to be replaced.
Problem InPlaceFile::pass() {
  Step result = Step::kAgain;
  while (result == Step::kAgain) {
    ::lseek(original_->fd(), 0, SEEK_SET);
    filter::Input input(base::Descriptor::borrow(original_->fd()), path_,
                        run_.decompress);
    stream::Stream stream(run_.rules, run_.scanner);
    stream::Window window(kChunkBytes);
    bytes_ = lines_ = 0;
    do {
      result = step(input, stream, window);
    } while (result == Step::kGoOn);
    if (result == Step::kEnd) run_.totals.counts += stream.counts();
    if (result == Step::kAgain) add(run_.live.bytes, 0 - bytes_);
  }
  run_.totals.bytes += bytes_;
  run_.totals.lines += lines_;
  return problem_;
}

InPlaceFile::Step InPlaceFile::step(filter::Input& input,
                                    stream::Stream& stream,
                                    stream::Window& window) {
  if (run_.is_interrupted()) return fail("interrupted; it is left as it was");
  const auto count = input.read(window.room());
  if (!original_->is_unchanged(false)) return fail(kChanged);
  if (!count.has_value()) {
    return fail(fmt::format("{}: {}", input.place(), count.error().message()));
  }
  compression_ = input.compression();
  if (input.type() != nullptr && !run_.rewrites_binary) {
    return fail(fmt::format(
        "{}is {}, which a mask would damage; it is left as it was (--binary "
        "insists)",
        compression_ == compression::Compression::kNone ? ""
                                                        : "decompressed, it ",
        input.type()->name));
  }
  const Bytes bytes = window.filled(*count);
  if (*count == 0) {
    const Step result = take(stream.finish(bytes), stream);
    return result == Step::kGoOn ? Step::kEnd : result;
  }
  const std::size_t fresh_at = window.fresh_at();
  if (run_.counts_lines) {
    lines_ += filter::count_lines(bytes.slice(fresh_at, bytes.size()));
  }
  bytes_ += *count;
  const auto pieces = stream.feed(bytes, fresh_at);
  add(run_.live.bytes, *count);
  const Step result = take(pieces, stream);
  window.keep(stream.keep(), pieces);
  return result;
}

/// Pieces that left a stream: counted, or written.
InPlaceFile::Step InPlaceFile::take(std::span<const Outgoing> pieces,
                                    const stream::Stream& stream) {
  stream::Counts counts = run_.totals.counts;
  run_.live.publish(counts += stream.counts());
  if (!replacement_ && stream.counts().masked > 0) {
    if (!begin_replacement(compression_)) return Step::kEnd;
    if (encoder_) return Step::kAgain;
  }
  if (!replacement_) {
    for (const auto& piece : pieces) released_ += piece.bytes().size();
    return Step::kGoOn;
  }
  const auto error = write(pieces);
  return error ? fail(error) : Step::kGoOn;
}

/// All before `released_` is clean, and stays as it is.
bool InPlaceFile::begin_replacement(compression::Compression compression) {
  struct stat status {};
  if (!run_.suffix.empty() &&
      ::lstat((path_ + run_.suffix).c_str(), &status) == 0) {
    fail(fmt::format("{}{} is there already", path_, run_.suffix));
    return false;
  }
  auto file = ReplacementFile::beside(path_, is_sparse(original_->status()));
  if (!file.has_value()) {
    fail(fmt::format("cannot write beside it: {}", file.error().message()));
    return false;
  }
  replacement_.emplace(std::move(*file));
  if (compression != compression::Compression::kNone) {
    encoder_ = compression::make_encoder(
        compression, [fd = replacement_->fd()](std::span<const char> bytes) {
          return base::write_all(fd, bytes);
        });
    return true;
  }
  const auto error = replacement_->copy(original_->fd(), released_, [this] {
    return !run_.is_interrupted() && original_->is_unchanged(false);
  });
  if (error) fail(error.value() == ECANCELED ? kChanged : error.message());
  return !error;
}

error_code InPlaceFile::write(std::span<const Outgoing> pieces) {
  if (const auto error = replacement_->write_back()) return error;
  if (!encoder_) {
    return filter::Output::onto(replacement_->fd(), path_).write(pieces);
  }
  for (const auto& piece : pieces) {
    const Bytes bytes = piece.bytes();
    if (auto error = encoder_->add({bytes.data(), bytes.size()})) return error;
  }
  return {};
}

Problem InPlaceFile::finish() {
  if (encoder_) {
    if (const auto error = encoder_->finish()) return error.message();
  }
  if (run_.is_interrupted()) return "interrupted; it is left as it was";
  Problem problem = replacement_->replace(*original_, run_.suffix);
  was_replaced_ = problem.empty();
  return problem;
}

InPlaceFile::Step InPlaceFile::fail(const std::string& why) {
  problem_ = why;
  return Step::kEnd;
}

InPlaceFile::Step InPlaceFile::fail(const error_code& error) {
  return fail(error.message());
}

}  // namespace cflt::in_place
