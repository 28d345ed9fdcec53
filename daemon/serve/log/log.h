// The daemon's log: lines to stderr, by a thread of their own.
//
//   log::info("connection closed", {{"source", name}, {"reason", "idle"}});
//
// A line is made in the caller's thread and queued. When stderr is a full pipe
// the oldest queued lines are lost, counted, and told of once it moves again;
// nobody waits. Where stderr is the journal ($JOURNAL_STREAM), lines begin
// with their priority. Never a byte of the stream: name sources, peers, counts.
//
// open() before other threads begin, close() after they ended; the rest from
// any thread. Before open() and after close() lines go nowhere.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/serve/log/log_line.h"

namespace cflt::serve::log {

struct Options {
  Level level = Level::kInfo;
  Format format = Format::kText;
  int fd = STDERR_FILENO;
};

/// What open() opens; apart for tests.
class Logger {
 public:
  /// `options.fd` outlives it. Its thread takes no signals.
  explicit Logger(const Options& options);
  /// Writes what is queued, for at most a second where nobody reads.
  ~Logger();

  void write(Level level, std::string_view message,
             std::span<const Field> fields);
  void write(Level level, std::string_view message, Fields fields) {
    write(level, message, std::span(fields.begin(), fields.size()));
  }

  bool is_enabled(Level level) const { return level >= level_.load(); }
  void change(Level level, Format format);
  std::uint64_t lost_count() const;

 private:
  struct Backend;

  void tell_of_lost_lines();
  void post(const Line& line);
  std::string formatted(const Line& line) const;

  std::atomic<Level> level_;
  std::atomic<Format> format_;
  const bool to_journal_;
  std::atomic<std::uint64_t> told_lost_count_{0};
  std::unique_ptr<Backend> backend_;
};

void open(const Options& options);
/// As ~Logger().
void close();

/// For a reload.
void change(Level level, Format format);

/// Whether a line of this level would be written: for lines that cost.
bool is_enabled(Level level);

/// Lines that were queued or begun and did not leave, since open().
std::uint64_t lost_count();

void write(Level level, std::string_view message,
           std::span<const Field> fields);
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

/// Whether `fd` is the stream that `journal_stream` ("device:inode", as
/// systemd.exec(5) puts it into $JOURNAL_STREAM) names; null: no.
bool is_journal(int fd, const char* journal_stream);

}  // namespace cflt::serve::log
