#include "daemon/serve/log/log.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <sys/stat.h>

#include <cstdlib>

#include "daemon/serve/log/line_sink.h"

namespace cflt::serve::log {
namespace {

// A quarter of a KiB each, allocated at the start.
constexpr std::size_t kQueuedLines = 1024;
constexpr std::chrono::seconds kGrace{1};

/// A thread begun while this lives takes no signals.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

std::shared_ptr<spdlog::details::thread_pool> one_thread() {
  const BlockedSignals blocked;
  return std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1U);
}

}  // namespace

struct Logger::Backend {
  explicit Backend(int fd)
      : sink(std::make_shared<LineSink>(fd)),
        pool(one_thread()),
        logger(std::make_shared<spdlog::async_logger>(
            "cflt-redact", sink, pool,
            spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
    // What it would print goes to stderr, unredacted.
    logger->set_error_handler([](const std::string&) {});
  }

  std::shared_ptr<LineSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Logger::Logger(const Options& options)
    : level_(options.level),
      format_(options.format),
      to_journal_(is_journal(options.fd, std::getenv("JOURNAL_STREAM"))),
      backend_(std::make_unique<Backend>(options.fd)) {}

Logger::~Logger() {
  tell_of_lost_lines();
  backend_->sink->give_up_after(kGrace);
  // The pool's end takes all that is queued.
}

void Logger::write(Level level, std::string_view message,
                   std::span<const Field> fields) {
  if (!is_enabled(level)) return;
  // While it stands still, this would only push out another line.
  if (backend_->pool->queue_size() == 0) tell_of_lost_lines();
  post({level, message, fields, std::chrono::system_clock::now()});
}

void Logger::tell_of_lost_lines() {
  const std::uint64_t lost = lost_count();
  const std::uint64_t told = told_lost_count_.exchange(lost);
  if (lost <= told) return;
  const Field count("count", lost - told);
  post({Level::kWarn,
        "log lines lost: stderr was full",
        {&count, 1},
        std::chrono::system_clock::now()});
}

void Logger::post(const Line& line) {
  backend_->logger->log(spdlog::level::info, formatted(line));
}

std::string Logger::formatted(const Line& line) const {
  const std::string prefix(to_journal_ ? journal_prefix(line.level) : "");
  if (format_ == Format::kJson) return prefix + to_json(line);
  return prefix + (to_journal_ ? to_journal_text(line) : to_text(line));
}

void Logger::change(Level level, Format format) {
  level_ = level;
  format_ = format;
}

std::uint64_t Logger::lost_count() const {
  return backend_->pool->overrun_counter() + backend_->sink->lost_count();
}

namespace {

std::unique_ptr<Logger>& the_log() {
  static std::unique_ptr<Logger> log;
  return log;
}

}  // namespace

void write(Level level, std::string_view message,
           std::span<const Field> fields) {
  if (the_log()) the_log()->write(level, message, fields);
}

void open(const Options& options) {
  the_log() = std::make_unique<Logger>(options);
}

void close() { the_log().reset(); }

void change(Level level, Format format) {
  if (the_log()) the_log()->change(level, format);
}

bool is_enabled(Level level) {
  return the_log() && the_log()->is_enabled(level);
}

std::uint64_t lost_count() { return the_log() ? the_log()->lost_count() : 0; }

void info(std::string_view message, Fields fields) {
  write(Level::kInfo, message, {fields.begin(), fields.size()});
}
void warn(std::string_view message, Fields fields) {
  write(Level::kWarn, message, {fields.begin(), fields.size()});
}
void error(std::string_view message, Fields fields) {
  write(Level::kError, message, {fields.begin(), fields.size()});
}

bool is_journal(int fd, const char* journal_stream) {
  struct stat status {};
  if (journal_stream == nullptr || ::fstat(fd, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == journal_stream;
}

}  // namespace cflt::serve::log
