#include "daemon/find/scan_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "daemon/base/system_error.h"

namespace cflt::find {
namespace {

std::string about(std::string_view path, std::string_view reason) {
  return fmt::format("{}: {}", path, reason);
}

/// A regular file met in a walk. What has taken its place since is not waited
/// for, and not read.
std::optional<filter::Input> open_met(const WalkItem& item,
                                      filter::Decompress decompress,
                                      std::string& problem) {
  const int fd =
      ::openat(item.directory->fd(), item.name.c_str(),
               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    problem = about(item.path, base::last_system_error().message());
    return std::nullopt;
  }
  base::Descriptor descriptor = base::Descriptor::own(fd);
  struct stat status {};
  const bool is_known = ::fstat(fd, &status) == 0;
  if (!is_known || !S_ISREG(status.st_mode)) {
    problem = about(item.path, is_known ? special_type(status.st_mode)
                                        : base::last_system_error().message());
    return std::nullopt;
  }
  base::prepare_to_read(fd, status);
  return filter::Input::adopt(std::move(descriptor), item.path, decompress);
}

std::optional<filter::Input> open_named(const WalkItem& item,
                                        filter::Decompress decompress,
                                        std::string& problem) {
  auto input = filter::Input::open(item.path, decompress);
  if (input.has_value()) return std::move(*input);
  problem = about(item.path, input.error().message());
  return std::nullopt;
}

std::optional<filter::Input> open_input(const WalkItem& item,
                                        filter::Decompress decompress,
                                        std::string& problem) {
  return item.kind == WalkItem::Kind::kNamed
             ? open_named(item, decompress, problem)
             : open_met(item, decompress, problem);
}

/// Whoever waits for it reads along: a pipe, a terminal.
bool is_live(const filter::Input& input) {
  struct stat status {};
  return ::fstat(input.fd(), &status) != 0 || !S_ISREG(status.st_mode);
}

/// Output of one file that is kept together.
constexpr std::size_t kOutputBytes = 16 << 10;

}  // namespace

std::optional<WalkQueue::Job> WalkQueue::next() {
  const std::lock_guard lock(mutex_);
  auto item = walker_.next();
  if (!item) return std::nullopt;
  return Job{taken_++, std::move(*item)};
}

void ScanWorker::run() {
  while (!output_.is_broken()) {
    const auto job = queue_.next();
    if (!job) return;
    JobWords words{job->number, "", "", false};
    words.is_failure = job->item.kind == WalkItem::Kind::kNamed;
    look_into(job->item, words);
    output_.finish(std::move(words));
  }
}

void ScanWorker::look_into(const WalkItem& item, JobWords& words) {
  if (!item.reason.empty()) {
    words.problem = about(item.path, item.reason);
    return;
  }
  auto input = open_input(item, decompress_, words.problem);
  if (!input) return;
  examine(*input, item.kind == WalkItem::Kind::kNamed, words);
}

void ScanWorker::examine(filter::Input& input, bool is_named, JobWords& words) {
  ++file_count_;
  const bool shown_at_once = is_named && is_live(input);
  std::optional<ReportWriter> writer;
  const auto error =
      examiner_.examine(input, [&](std::span<const Report> reports) {
        if (!writer) writer.emplace(format_, input.name());
        for (const Report& report : reports) add(report, *writer, words.output);
        if (shown_at_once || words.output.size() > kOutputBytes) {
          output_.hand_over(words);
        }
      });
  if (error) words.problem = about(input.place(), error.message());
  const filter::FileType* type = input.type();
  if (type == nullptr || !type->is_packed) return;
  has_packed_name_ = has_packed_name_ || is_named;
  packed_.push_back(about(
      input.name(),
      filter::not_scanned(
          *type, input.compression() != compression::Compression::kNone)));
}

void ScanWorker::add(Report report, const ReportWriter& writer,
                     std::string& output) {
  if (report.fingerprint) {
    if (known_.ignored.find(*report.fingerprint) != nullptr) {
      ++ignored_count_;
      return;
    }
    if (const auto* name = known_.names.find(*report.fingerprint)) {
      if (name->key_id) report.key_id = name->key_id;
      report.owner = name->owner;
    }
  }
  writer.append(report, output);
  const bool suspected = report.verdict == secret::Verdict::kSuspected;
  (suspected ? has_suspicion_ : has_proof_) = true;
}

}  // namespace cflt::find
